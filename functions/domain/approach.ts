/** Putting people into chats who have never written to whoever does it: bounded for each of them, whoever does it. */
import { Failure } from 'function-runtime';
import type { Ports } from '../ports/index.js';
import type { ChatType } from './model.js';
import { isoTime } from './time.js';

interface Needs {
  readonly now: number;
  readonly ports: Pick<Ports, 'approaches' | 'chats' | 'members'>;
}

/** Of the input: which field names the user. */
type Path = (userId: string) => string;

/** Counts that others are put into a chat that is opened. Where the direct chat is there already, they are in it. */
export async function approachByOpening(
  needs: Needs,
  callerId: string,
  { type, others }: { readonly type: ChatType; readonly others: readonly string[] },
  path: Path,
): Promise<void> {
  const [other] = others;
  if (type === 'direct' && other !== undefined && (await needs.ports.chats.direct(callerId, other))) return;
  await approach(needs, callerId, others, path);
}

/** Counts that somebody is put into a group, unless they are in it. */
export async function approachByAdding(
  needs: Needs,
  callerId: string,
  { chatId, userId }: { readonly chatId: string; readonly userId: string },
  path: Path,
): Promise<void> {
  const before = await needs.ports.members.standing(chatId, userId);
  if (before?.standing === 'outsider' || before?.standing === 'former') await approach(needs, callerId, [userId], path);
}

/** Throws `rate_limited` when one of the others has been put into too many chats by strangers. */
async function approach({ now, ports }: Needs, callerId: string, others: readonly string[], path: Path): Promise<void> {
  const strangers = await ports.members.strangers(callerId, others);
  const refused = await ports.approaches.take(strangers, isoTime(now));
  if (refused.length === 0) return;
  const message = 'was put into too many chats by people they do not know: try again later';
  throw new Failure('rate_limited', `Somebody you name ${message}`, {
    retryAfterMs: Math.max(1_000, ...refused.map(({ until }) => Date.parse(until) - now)),
    errors: refused.map(({ userId }) => ({ path: path(userId), message })),
  });
}
