/** The log: JSON lines on stdout, pretty on a terminal. Never a body, a token, a password or a connection string. */
import { type DestinationStream, type Logger, pino } from 'pino';

/** How far down the causes of an error are told. */
const CAUSES = 5;

/**
 * Of an error only what says what happened. Libraries hang what they were working on to theirs: the Redis client its
 * command with the password in it, the body parser the body, the database the row.
 */
export function errorFields(thrown: unknown, causes = CAUSES): object {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const { name, message, stack, cause, code } = thrown as Error & { readonly code?: unknown };
  return {
    type: name,
    message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    stack,
    ...(cause !== undefined && causes > 0 && { cause: errorFields(cause, causes - 1) }),
  };
}

export async function createLog(options: { level: string; image: string }): Promise<Logger> {
  return pino(
    {
      level: options.level,
      base: { image: options.image, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { err: thrown => errorFields(thrown) },
    },
    process.stdout.isTTY ? await forPeople() : pino.destination(1),
  );
}

/** JSON all the same in a container with a terminal: its image does not carry what makes it pretty. */
async function forPeople(): Promise<DestinationStream> {
  try {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ ignore: 'pid,image', sync: true });
  } catch {
    return pino.destination(1);
  }
}
