/** Says so when a message is refused that nobody is looking at: it waits in its conversation, to be sent again or given up. */
import { isolated } from './bidi.js';
import { client, openChat, titleOf } from './model.js';
import { dialog, tell } from './overlays.js';
import { sentence } from './words.js';

/** By clientId. What was refused on an earlier visit was told then. */
let told: ReadonlySet<string> = new Set(client.state.outbox.map(({ clientId }) => clientId));

client.subscribe(({ outbox, chats }) => {
  const failed = outbox.filter(({ state }) => state === 'failed');
  for (const { clientId, chatId, reason } of failed) {
    const chat = chats.get(chatId);
    // Whoever is forwarding is told there.
    if (told.has(clientId) || !chat || openChat.value?.id === chatId || dialog.value === 'forward') continue;
    tell(`Your message to ${isolated(titleOf(chat))} was not sent. ${sentence(reason ?? '')}`);
  }
  told = new Set(failed.map(({ clientId }) => clientId));
});
