/** What HTTP makes of a function's result, as its route has it: a status, headers, and what is left for the body. */
import type { Result } from '../contract/invoker.js';
import type { HttpTrigger } from '../contract/trigger.js';

export interface HttpReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** JSON, or nothing. */
  readonly body: unknown;
}

export const STATUS = { ok: 200, created: 201, accepted: 202 } as const;

export function httpReply({ statuses, responseHeaders }: HttpTrigger, { status, reply, content }: Result): HttpReply {
  const { headers, rest } = apart(responseHeaders ?? NONE, reply);
  const hasBody = content !== undefined || rest !== undefined;
  return { status: successOf(statuses, status, hasBody), headers, body: content ? undefined : rest };
}

/** Nothing to say is 204, unless the status says more than `ok`: then the status alone is the answer. */
export const successOf = (statuses: HttpTrigger['statuses'], status: Result['status'], hasBody: boolean): number =>
  statuses?.[status] ?? (status === 'ok' && !hasBody ? 204 : STATUS[status]);

const NONE: NonNullable<HttpTrigger['responseHeaders']> = {};

/** A member without a value is no header. */
function apart(names: Readonly<Record<string, string>>, reply: unknown): { headers: string[]; rest: unknown } {
  if (names === NONE || typeof reply !== 'object' || reply === null) return { headers: [], rest: reply };
  const members = Object.entries(reply);
  const headers = members.flatMap(([member, value]) =>
    Object.hasOwn(names, member) && value !== undefined ? [(names[member] as string).toLowerCase(), String(value)] : [],
  );
  const rest = members.filter(([member]) => !Object.hasOwn(names, member));
  return { headers, rest: rest.length > 0 ? Object.fromEntries(rest) : undefined };
}
