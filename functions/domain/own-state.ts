/** A user's own state: when drafts are written, and what the user's connections are told. */
import type { Emission } from 'function-runtime';
import { Failure } from 'function-runtime';
import type { OwnState } from './model.js';
import { room } from './names.js';
import { normalTime } from './time.js';

/** A clock that is further ahead would keep drafts of all others from ever being the later ones. */
const AHEAD_MS = 24 * 3_600_000;

/** When a draft was written, by its device's clock. Throws Failure `invalid`, naming the field. */
export function writtenAt(time: string, now: number, path: `/${string}`): string {
  const at = momentOf(time, path);
  if (Date.parse(at) > now + AHEAD_MS) throw refused(path, 'is more than a day after the time of the server');
  return at;
}

/** Throws Failure `invalid`, naming the field, for what has the form of a time and is none. */
export function momentOf(time: string, path: `/${string}`): string {
  const at = normalTime(time);
  if (at === undefined) throw refused(path, 'is no time');
  return at;
}

const refused = (path: string, message: string): Failure =>
  new Failure('invalid', `${path.slice(1)} ${message}`, { errors: [{ path, message }] });

/**
 * Tells the user's connections what a chat is to them, whether it has changed now or before: an earlier attempt may have
 * died before it told them.
 */
export const ownStateChanged = (userId: string, state: OwnState): Emission<'me:changed'>[] =>
  state.rev === 0 ? [] : [{ send: 'me:changed', data: { note: state.rev, chats: [state] }, to: [room.user(userId)] }];
