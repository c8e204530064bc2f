/**
 * One device of a user: holds a line, keeps what it holds up to date with live events and syncs as the client library
 * does, and sends what it has to send until that is acknowledged, under the same clientId each time.
 */
import type { MessageChanged } from '#functions/domain/change.js';
import type { Chat, Message, PresenceOf, Receipt } from '#functions/domain/model.js';
import type { SyncedChat } from '#functions/ports/messages.js';
import { isBehind } from '../../../web/client/chat.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Message as HeldMessage, Synced } from '../../../web/client/shapes.js';
import type { Change } from '../../../web/client/state.js';
import type { Scheduler } from '../kernel/scheduler.js';
import { sleep, whenever } from '../patience.js';
import type { CallResult, Front } from '../system/gateway.js';
import { type ClientRules, createLibrary } from './library.js';
import { type Line, openLine } from './line.js';
import { createMarks } from './marks.js';
import type { Observations, Sent } from './observations.js';
import { createWatch } from './watch.js';
import { createWishes } from './wishes.js';

export interface Device {
  readonly name: string;
  readonly userId: string;
  /** Sends until it is acknowledged or refused for good. */
  send(chatId: string, clientId: string, body: string): Promise<void>;
  /** Sends one of its own once more, under the name that it had. */
  sendAgain(message: HeldMessage): Promise<void>;
  /** Asks until it is carried out, or refused for good. */
  change(message: HeldMessage, change: Change): void;
  /** Resolves when none of its changes waits for an answer. */
  changed(): Promise<void>;
  /** What it holds of a chat. */
  held(chatId: string): readonly HeldMessage[];
  /** Syncs until nothing is missing. */
  catchUp(): Promise<void>;
  /** Reads no more; resolves when what it said of that has been answered. */
  rest(): Promise<void>;
  /** Writes down what the device holds. */
  settle(): void;
  readonly line: Line;
}

export interface DeviceOptions {
  readonly scheduler: Scheduler;
  readonly name: string;
  readonly userId: string;
  readonly token: string;
  readonly fronts: () => readonly Front[];
  readonly seen: Observations;
  readonly rules: ClientRules;
}

const ANSWER_WITHIN_MS = 13_000;
const SYNC_LIMIT = 7;
const FINAL = new Set(['forbidden', 'not_found', 'invalid', 'conflict', 'unauthorized', 'too_large']);

const summary = ({ chatId, messages, changed, changeUpto }: SyncedChat): string =>
  `${chatId.slice(-4)} ${[...messages, ...changed].map(({ seq, rev }) => `${seq}/${rev}`).join(' ')} up to ${changeUpto}`;

export function createDevice({ scheduler, name, userId, token, fronts, seen, rules }: DeviceOptions): Device {
  const { chance, now } = scheduler;
  const watch = createWatch(name, seen);
  let asking = 0;
  let answers = 0;
  let names = 0;

  const line = openLine({
    scheduler,
    token,
    fronts,
    onConnected: () => library.online(true),
    onEnded: () => library.online(false),
    hear(event, data) {
      if (event === 'message:new') return live(data as Message);
      if (event === 'message:changed') changed(data as MessageChanged);
      else if (event === 'chat:created') seen.memberships.push({ device: name, event, chatId: (data as Chat).id });
      else if (event === 'chat:member-removed')
        seen.memberships.push({ device: name, event, chatId: (data as { chatId: string }).chatId });
      else if (event === 'receipt:read') seen.receipts.push(data as Receipt);
      else if (event === 'presence:changed') seen.presence.push({ at: now(), device: name, ...(data as PresenceOf) });
      library.hear(event, data);
    },
  });
  const marks = createMarks({ scheduler, userId, line, seen });
  const sight = (how: 'live' | 'sync' | 'http', message: Message): void =>
    void seen.sights.push({ at: now(), userId, device: name, how, message });
  const heldOf = (chatId: string): number => library.chats().get(chatId)?.history.upTo ?? 0;

  function live(message: Message): void {
    sight('live', message);
    const { chatId, seq } = message;
    if (seq > heldOf(chatId) + 1) seen.gaps += 1;
    library.hear('message:new', message);
    if (seq <= heldOf(chatId)) marks.mark(chatId, heldOf(chatId));
  }

  function changed(news: MessageChanged): void {
    sight('live', news.message);
    seen.changes.push({ device: name, changed: news });
    const chat = library.chats().get(news.chatId);
    scheduler.note(() => `${name} at ${chat?.change} hears ${JSON.stringify({ ...news, message: news.message.seq })}`);
    if (chat && news.change > (chat.change ?? 0) + 1) seen.gaps += 1;
  }

  async function sync(asked: { readonly cursors: object }): Promise<Synced> {
    const invokedAt = now();
    asking += 1;
    const data = { ...asked, limit: SYNC_LIMIT };
    const answer = await line.ask('sync', data, ANSWER_WITHIN_MS).finally(() => {
      asking -= 1;
    });
    if (!answer?.ok) throw new Refusal('unavailable', 'no answer');
    answers += 1;
    const { chats } = answer.data as unknown as { chats: readonly SyncedChat[] };
    scheduler.note(
      () => `${name} asked ${JSON.stringify(asked.cursors)}, is answered ${chats.map(summary).join(', ')}`,
    );
    for (const { chatId, lastSeq, lastChange, readSeqs, messages, changed } of chats) {
      seen.synced.push({ invokedAt, at: now(), userId, chatId, lastSeq, lastChange, readSeqs });
      for (const message of [...messages, ...changed]) sight('sync', message);
    }
    return answer.data as unknown as Synced;
  }

  const { wish } = createWishes({
    ...{ scheduler, userId, seen },
    ask: (event, data) => line.ask(event, data, ANSWER_WITHIN_MS),
    request: (route, data) => post(route, data),
    shown: message => sight('http', message),
  });
  const library = createLibrary({
    ...{ userId, rules, sync, wish },
    newId: () => `${name} change ${++names}`,
    looked(chatId) {
      const chat = library.chats().get(chatId);
      if (chat) watch(chatId, chat.history.messages);
    },
    setBack: chatId => void seen.broken.add(`gap-visible: ${name} was to begin ${chatId.slice(-4)} anew`),
  });

  async function catchUp(): Promise<void> {
    for (;;) {
      await line.connected();
      const before = answers;
      library.catchUp();
      await whenever(() => asking === 0);
      if (answers > before && ![...library.chats().values()].some(isBehind)) return;
      await sleep(chance.between(50, 800));
    }
  }

  const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, chance.between(50, 800)));

  /** Over the line, or now and then over HTTP. Resolves when there is an answer, or when it is time to try again. */
  async function attempt(sent: Sent, overHttp: boolean): Promise<CallResult | undefined> {
    const { chatId, clientId, body } = sent;
    const input = { chatId, clientId, body };
    const connection = overHttp ? undefined : line.connection();
    const made: Sent['attempts'][number] = { invokedAt: now(), connection, number: ++seen.attempts };
    sent.attempts.push(made);
    scheduler.note(() => `${clientId} to ${chatId.slice(-4)} over ${connection ?? 'HTTP'}`);
    const answer = overHttp
      ? await post('POST /v1/chats/:chatId/messages', input)
      : await line.ask('message:send', input, ANSWER_WITHIN_MS);
    scheduler.note(
      () => `${clientId}: ${answer ? JSON.stringify(answer.ok ? answer.data : answer.error) : 'no answer'}`,
    );
    if (!answer) return undefined;
    if (!answer.ok) made.answer = { at: now(), is: 'refused', code: answer.error.code };
    else {
      const { seq } = answer.data as { seq?: number };
      made.answer = { at: now(), ...(seq === undefined ? { is: 'accepted' } : { is: 'stored', seq }) };
    }
    return answer;
  }

  const post = (route: string, data: object): Promise<CallResult | undefined> => {
    const [front] = fronts();
    if (!front) return pause().then(() => undefined);
    return new Promise(resolve => {
      setTimeout(resolve, ANSWER_WITHIN_MS, undefined);
      front.request(token, route, data, resolve);
    });
  };

  return {
    name,
    userId,
    line,
    catchUp,
    rest: marks.rest,
    async sendAgain({ clientId, senderId }) {
      const sent = seen.sent.get(clientId);
      if (sent && senderId === userId) await attempt(sent, chance.strikes(0.5));
    },
    change: library.change,
    changed: () => whenever(() => !library.busy()),
    held: chatId => library.chats().get(chatId)?.history.messages ?? [],
    settle: () => void seen.holdings.push({ device: name, userId, chats: library.chats(), hides: library.hides }),
    async send(chatId, clientId, body) {
      const sent: Sent = { chatId, clientId, senderId: userId, body, attempts: [] };
      seen.sent.set(clientId, sent);
      // Two copies on their way at once, as an impatient client makes them.
      if (chance.strikes(0.08)) void attempt(sent, true);
      for (;;) {
        const overHttp = chance.strikes(0.08);
        if (!overHttp) await line.connected();
        const answer = await attempt(sent, overHttp);
        if (answer && (answer.ok || FINAL.has(answer.error.code))) break;
        await pause();
      }
      if (chance.strikes(0.1)) await attempt(sent, chance.strikes(0.5));
    },
  };
}
