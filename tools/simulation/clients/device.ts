/**
 * One device of a user: holds a line, keeps its replica up to date with live messages and syncs, and sends what it has
 * to send until that is acknowledged, under the same clientId each time.
 */
import type { Chat, Message, PresenceOf, Receipt } from '#functions/domain/model.js';
import type { SyncedChat } from '#functions/ports/messages.js';
import type { Scheduler } from '../kernel/scheduler.js';
import type { CallResult, Front } from '../system/gateway.js';
import { type Line, openLine } from './line.js';
import { createMarks } from './marks.js';
import type { Observations, Sent } from './observations.js';
import { createReplica } from './replica.js';

export interface Device {
  readonly name: string;
  readonly userId: string;
  /** Sends until it is acknowledged or refused for good. */
  send(chatId: string, clientId: string, body: string): Promise<void>;
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
}

const ANSWER_WITHIN_MS = 13_000;
const SYNC_LIMIT = 7;
const FINAL = new Set(['forbidden', 'not_found', 'invalid', 'conflict', 'unauthorized', 'too_large']);

export function createDevice({ scheduler, name, userId, token, fronts, seen }: DeviceOptions): Device {
  const { chance, now } = scheduler;
  const replica = createReplica();
  let syncing: Promise<void> | undefined;

  const line = openLine({
    scheduler,
    token,
    fronts,
    onConnected: () => void catchUp(),
    hear(event, data) {
      if (event === 'message:new') live(data as Message);
      else if (event === 'chat:created') {
        seen.memberships.push({ device: name, event, chatId: (data as Chat).id });
        void catchUp();
      } else if (event === 'chat:member-removed')
        seen.memberships.push({ device: name, event, chatId: (data as { chatId: string }).chatId });
      else if (event === 'receipt:read') seen.receipts.push(data as Receipt);
      else if (event === 'presence:changed') seen.presence.push({ at: now(), device: name, ...(data as PresenceOf) });
    },
  });
  const marks = createMarks({ scheduler, userId, line, seen });

  function live(message: Message): void {
    seen.sights.push({ at: now(), userId, device: name, how: 'live', message });
    if (replica.take(message)) marks.mark(message.chatId, replica.held(message.chatId));
    else {
      seen.gaps += 1;
      void catchUp();
    }
  }

  function catchUp(): Promise<void> {
    syncing ??= sync().finally(() => {
      syncing = undefined;
    });
    return syncing;
  }

  async function sync(): Promise<void> {
    for (;;) {
      await line.connected();
      const invokedAt = now();
      const answer = await line.ask('sync', { cursors: replica.cursors(), limit: SYNC_LIMIT }, ANSWER_WITHIN_MS);
      if (!answer?.ok) {
        await pause();
        continue;
      }
      const { chats } = answer.data as unknown as { chats: readonly SyncedChat[] };
      for (const { chatId, lastSeq, readSeqs, messages } of chats) {
        seen.synced.push({ invokedAt, at: now(), userId, chatId, lastSeq, readSeqs });
        for (const message of messages) {
          seen.sights.push({ at: now(), userId, device: name, how: 'sync', message });
          replica.take(message);
        }
        if (messages.length > 0) marks.mark(chatId, replica.held(chatId));
      }
      if (!chats.some(({ more }) => more)) return;
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
    const answer = overHttp ? await post(input) : await line.ask('message:send', input, ANSWER_WITHIN_MS);
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

  const post = (data: object): Promise<CallResult | undefined> => {
    const [front] = fronts();
    if (!front) return pause().then(() => undefined);
    return new Promise(resolve => {
      setTimeout(resolve, ANSWER_WITHIN_MS, undefined);
      front.request(token, 'POST /v1/chats/:chatId/messages', data, resolve);
    });
  };

  return {
    name,
    userId,
    line,
    catchUp,
    rest: marks.rest,
    settle: () => void seen.holdings.push({ device: name, userId, chats: replica.chats }),
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
