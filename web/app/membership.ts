/** Why somebody is not where they were: signed out, or taken out of a group, and not by what they did here themselves. */
import { signal } from '@preact/signals';
import type { State } from '../client/state.js';
import { client, titleOf } from './model.js';
import { tell } from './overlays.js';
import { route } from './route.js';

/** Whether the one who was signed in no longer is, without having signed out here. */
export const signedOut = signal(false);
/** Titles of the groups that one was taken out of since the page was loaded, by id. */
export const removedFrom = signal<Readonly<Record<string, string>>>({});

/** What one does here oneself needs no explanation. */
const own = new Set<string>();
const SIGNING_OUT = 'signing out';

async function byOneself(what: string, work: Promise<void>): Promise<void> {
  own.add(what);
  try {
    await work;
  } catch (thrown) {
    own.delete(what);
    throw thrown;
  }
}
export const signOut = (): Promise<void> => byOneself(SIGNING_OUT, client.signOut());
export const leaveGroup = (chatId: string, userId: string): Promise<void> =>
  byOneself(chatId, client.removeMember(chatId, userId));

let before = client.state;
client.subscribe(next => {
  const last = before;
  before = next;
  if (next.user) signedOut.value = false;
  else if (last.user) signedOut.value = !own.delete(SIGNING_OUT);
  if (next.user?.id !== last.user?.id) removedFrom.value = {};
  else if (next.chats !== last.chats) compare(last.chats, next.chats);
});

function compare(last: State['chats'], next: State['chats']): void {
  for (const [id, chat] of last) {
    if (next.has(id) || own.delete(id)) continue;
    const title = titleOf(chat);
    removedFrom.value = { ...removedFrom.value, [id]: title };
    if (route.value.chatId !== id)
      tell(`You are no longer in ${title}: somebody removed you, or you left on another device.`);
  }
}
