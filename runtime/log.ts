/** The log: JSON lines on stdout, pretty on a terminal. Never a body, a token, a password or a connection string. */
import { type Logger, pino } from 'pino';

export function createLog(options: { level: string; image: string }): Logger {
  return pino({
    level: options.level,
    base: { image: options.image, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    ...(process.stdout.isTTY && { transport: { target: 'pino-pretty', options: { ignore: 'pid,image' } } }),
  });
}
