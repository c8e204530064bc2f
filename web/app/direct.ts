/** Writing to somebody alone. */
import { isolated } from './bidi.js';
import { chats, client, nameOf, otherIn } from './model.js';
import { ask, attempt } from './overlays.js';
import { go } from './route.js';

/** Opens the conversation with them, also where there is none yet. */
export const writeTo = (userId: string): Promise<boolean> =>
  attempt(client.openDirect(userId).then(chatId => go(chatId)));

/** Opens it where there is one; it begins only when that is wanted, for they see that. */
export async function meet(userId: string): Promise<void> {
  const known = chats.value.find(chat => chat.type === 'direct' && otherIn(chat) === userId);
  if (known) return go(known.id);
  const name = isolated(nameOf(userId));
  const text = `You have no conversation with ${name} yet. They will see that you have begun one.`;
  if (await ask({ title: `Write to ${name}?`, text, yes: 'Write' })) await writeTo(userId);
}
