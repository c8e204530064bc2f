/** What there is in the end: everybody reads their chats from the beginning, what is pinned there, and who has reacted. */
import type { Message } from '#support/shapes.js';
import type { Outcome, Reacted, View } from '../checker/outcome.js';
import { abridged } from './abridge.js';
import type { Client } from './client.js';
import type { Journal } from './journal.js';
import type { Chatting } from './workload.js';

const AT_ONCE = 8;

type Found = Pick<Outcome, 'history' | 'views' | 'pins' | 'reacted'>;

export async function reread(
  { participants, chats }: Chatting,
  direct: readonly string[],
  journal: Journal,
): Promise<Found> {
  const clients = new Map(participants.map(({ client }) => [client.id, client]));
  const places = chats.flatMap(({ chatId, userIds }) => userIds.map(userId => ({ chatId, userId })));
  const read = await eachOf(places, async ({ chatId, userId }): Promise<View[]> => {
    const messages = await fromAny(direct, gateway => historyOf(clients.get(userId)!, chatId, gateway));
    return messages ? [{ userId, chatId, messages }] : [];
  });
  const views = read.flat();
  const history = new Map<string, Message[]>();
  const pins = new Map<string, readonly Message[]>();
  const reacted: Reacted[] = [];
  for (const { chatId, userIds } of chats) {
    // Whoever made the chat hides nothing, and is never sent away.
    const reader = clients.get(userIds[0]!)!;
    const view = views.find(one => one.chatId === chatId && one.userId === reader.id);
    if (!view) throw new Error(`nobody can read the history of ${chatId} at ${journal.now()}`);
    const messages = view.messages.map(({ mine: _, ...message }) => message);
    history.set(chatId, messages);
    pins.set(chatId, (await fromAny(direct, gateway => pinsOf(reader, chatId, gateway))) ?? []);
    const liked = messages.filter(({ reactions }) => reactions?.length > 0);
    reacted.push(
      ...(await eachOf(liked, async ({ seq }) => {
        const reactions = await fromAny(direct, gateway => reactionsOf(reader, chatId, seq, gateway));
        return { chatId, seq, reactions: reactions ?? [] };
      })),
    );
  }
  return { history, views, pins, reacted };
}

/** In their order, some at a time. */
async function eachOf<Item, Answer>(items: readonly Item[], ask: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) answers[at] = await ask(items[at]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

/** From the first gateway that gives it: one of another's may still be away. */
async function fromAny<Answer>(gateways: readonly string[], ask: (gateway: string) => Promise<Answer | undefined>) {
  for (const gateway of gateways) {
    const answer = await ask(gateway);
    if (answer) return answer;
  }
  return undefined;
}

/** Pages are asked for until one is empty. */
async function historyOf(client: Client, chatId: string, gateway: string): Promise<Message[] | undefined> {
  const messages: Message[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const path = `/v1/chats/${chatId}/messages?limit=200&after=${after}`;
    const asked = { method: 'GET', path };
    const page = await client.call<{ messages: Message[] }>(gateway, 'history', { chatId, after }, asked);
    if (!page.ok) return undefined;
    if (page.data.messages.length === 0) return messages;
    messages.push(...page.data.messages.map(abridged));
  }
}

async function pinsOf(client: Client, chatId: string, gateway: string): Promise<Message[] | undefined> {
  const asked = { method: 'GET', path: `/v1/chats/${chatId}/pins` };
  const page = await client.call<{ messages: Message[] }>(gateway, 'pins', { chatId }, asked);
  return page.ok ? page.data.messages.map(abridged) : undefined;
}

type Reactions = { reactions: { userId: string; emoji: string }[]; nextCursor?: string };

async function reactionsOf(client: Client, chatId: string, seq: number, gateway: string) {
  const path = `/v1/chats/${chatId}/messages/${seq}/reactions`;
  const page = await client.call<Reactions>(gateway, 'reactions', { chatId, seq }, { method: 'GET', path });
  return page.ok ? page.data.reactions : undefined;
}
