/**
 * A run as the clients' logs would tell it, and what there is in the end: Ann and Ben talk in one chat, and change what they
 * said.
 */

import type { ChangeAsked } from '#tools/chaos/checker/changes/calls.js';
import { check, type Verdict } from '#tools/chaos/checker/check.js';
import type { Entry, Line } from '#tools/chaos/checker/entry.js';
import type { Numbered, Outcome } from '#tools/chaos/checker/outcome.js';
import type { Round } from '#tools/chaos/round.js';
import type { Chat, Message } from '../../support/shapes.js';

export type Kind<Name extends Entry['kind']> = Extract<Entry, { kind: Name }>;

export const BEN = { chatId: 'chat', userId: 'ben' };

export class Run {
  readonly entries: Entry[] = [];
  readonly history: Message[] = [];
  /** The numbers that the database has given. */
  readonly given: Numbered[] = [];
  readonly remains: string[] = [];
  readonly reacted = new Map<number, { userId: string; emoji: string }[]>();
  /** What somebody hides, by user. */
  readonly hidden = new Map<string, number[]>();
  /** What there is in the end, where it is not what the history says. */
  readonly outcome: Partial<Outcome> = {};
  readonly ben = { userId: 'ben', readSeq: 0 };
  /** Those that are connected and listen, of whom. */
  readonly #devices = new Map<string, string>();
  #at = 0;
  #calls = 0;

  constructor(...people: string[]) {
    for (const person of people) this.line('connected', person);
  }

  wait(ms: number): void {
    this.#at += ms;
  }

  get now(): number {
    return this.#at;
  }

  line(kind: Line['kind'], client: string, device = client): void {
    if (kind === 'connected' || kind === 'hears') this.#devices.set(device, client);
    else this.#devices.delete(device);
    this.entries.push({ kind, at: ++this.#at, client, device, connection: `${device}-1`, gateway: 'one' });
  }

  call(client: string, what: string, data: unknown, reply?: unknown, via = `${client}-1`): number {
    const call = ++this.#calls;
    this.entries.push({ kind: 'invoke', at: ++this.#at, client, call, what, via, data });
    if (reply !== undefined) this.answer(client, call, reply);
    return call;
  }

  answer(client: string, call: number, data: unknown = {}, ok = true): void {
    this.entries.push({ kind: 'answer', at: ++this.#at, client, call, ok, data });
  }

  hears(client: string, event: string, data: unknown, device = client): void {
    this.entries.push({ kind: 'event', at: ++this.#at, client, connection: `${device}-1`, event, data });
  }

  /** On all devices. */
  shows(hearer: string, message: Message): void {
    for (const device of this.devicesOf(hearer)) this.hears(hearer, 'message:new', message, device);
  }

  devicesOf(person: string): readonly string[] {
    return [...this.#devices].flatMap(([device, client]) => (client === person ? [device] : []));
  }

  store(senderId: string, clientId: string, body = `body of ${clientId}`): Message {
    const seq = this.history.length + 1;
    const sentAt = '2030-01-01T00:00:00.000Z';
    const message = {
      chatId: 'chat',
      seq,
      id: `id ${clientId}`,
      clientId,
      senderId,
      body,
      replyTo: null,
      sentAt,
      rev: 0,
      reactions: [],
    };
    this.history.push(message);
    return message;
  }

  /** Begins to; `sent` ends it. */
  sends(senderId: string, clientId: string, via?: string): number {
    return this.call(
      senderId,
      'message:send',
      { chatId: 'chat', clientId, body: `body of ${clientId}` },
      undefined,
      via,
    );
  }

  sent(call: number, { senderId, clientId, id, seq, sentAt }: Message): void {
    this.answer(senderId, call, { clientId, status: 'stored', id, seq, sentAt });
  }

  send(senderId: string, clientId: string, hearers: readonly string[] = ['ann', 'ben'], via?: string): Message {
    const call = this.sends(senderId, clientId, via);
    const message = this.store(senderId, clientId);
    this.sent(call, message);
    for (const hearer of hearers) this.shows(hearer, message);
    return message;
  }

  /** Asks for a change of a message, which takes effect, is acknowledged, and heard on all devices of these. */
  change(
    userId: string,
    kind: 'edit' | 'delete' | 'react' | 'pin',
    asked: Omit<ChangeAsked, 'chatId'>,
    become: Partial<Message> | ((message: Message) => Message),
    hearers: readonly string[] = ['ann', 'ben'],
  ): Message {
    const call = this.call(userId, `message:${kind}`, { chatId: 'chat', ...asked });
    const message = this.becomes(asked.seq, become);
    const change = message.rev;
    this.answer(userId, call, { status: 'stored', seq: asked.seq, change });
    for (const hearer of hearers) this.tells(hearer, message, kind);
    return message;
  }

  /** What is stored, under the next number. */
  becomes(seq: number, become: Partial<Message> | ((message: Message) => Message)): Message {
    const before = this.history[seq - 1] as Message;
    const rev = this.given.length + 1;
    const after = typeof become === 'function' ? become(before) : { ...before, ...become };
    this.given.push({ chatId: 'chat', seq, rev });
    this.history[seq - 1] = { ...after, rev };
    return this.history[seq - 1] as Message;
  }

  /** From themselves, and hears of it on all devices. */
  hides(userId: string, seq: number): void {
    const own = [...(this.hidden.get(userId) ?? []), seq];
    this.hidden.set(userId, own);
    this.call(userId, 'message:delete', { chatId: 'chat', seq, scope: 'me' }, { status: 'stored', seq, change: 0 });
    const chats = [{ chatId: 'chat', rev: own.length, hidden: [{ from: seq, to: seq }] }];
    for (const device of this.devicesOf(userId)) this.hears(userId, 'me:changed', { note: own.length, chats }, device);
  }

  /** What somebody sees of the history. */
  seenBy(userId: string): Message[] {
    return this.history.filter(({ seq }) => !this.hidden.get(userId)?.includes(seq));
  }

  tells(hearer: string, message: Message, kind = 'edit'): void {
    const data = { chatId: 'chat', change: message.rev, message, by: { userId: message.senderId }, kind };
    for (const device of this.devicesOf(hearer)) this.hears(hearer, 'message:changed', data, device);
  }

  look(reader: string, { chatId, clientId, seq }: Message, messages = this.history.slice(seq - 1, seq)): void {
    this.call(reader, 'look', { chatId, clientId, seq }, { messages });
  }

  seeChat(client: string, change: Partial<Chat> = {}): void {
    const lastSeq = this.history.length;
    const members = [{ ...this.ben, role: 'member', deliveredSeq: this.ben.readSeq }];
    this.call(
      client,
      'chat',
      { chatId: 'chat' },
      { id: 'chat', lastSeq, lastChange: this.given.length, unread: lastSeq, members, ...change },
    );
  }

  /** All devices do, or these, from a seq and a change on. */
  sync(client: string, from = 0, devices = this.devicesOf(client), since = 0): void {
    const seen = this.seenBy(client);
    const messages = seen.filter(({ seq }) => seq > from);
    const changed = seen.filter(({ seq, rev }) => seq <= from && rev > since);
    changed.sort((one, other) => one.rev - other.rev);
    const numbers = { firstSeq: 1, lastSeq: this.history.length, lastChange: this.given.length };
    const readSeqs = { ben: this.ben.readSeq };
    const chat = {
      chatId: 'chat',
      messages,
      changed,
      ...numbers,
      changeUpto: numbers.lastChange,
      readSeqs,
      more: false,
    };
    const own = this.hidden.get(client) ?? [];
    const hidden = own.map(seq => ({ from: seq, to: seq }));
    const me = { note: own.length, chats: [{ chatId: 'chat', rev: own.length, hidden }], more: false };
    for (const device of devices) {
      const cursors = { chat: { seq: from, change: since } };
      this.call(client, 'sync', { cursors, limit: 200, me: 0 }, { chats: [chat], unknown: [], me }, `${device}-1`);
    }
  }

  sees(viewer: string, userId: string, status: 'online' | 'offline'): void {
    this.call(viewer, 'presence', { userId }, { userId, status, lastSeenAt: null });
  }

  verdict(...rounds: Round[]): Verdict {
    const { history } = this;
    const mineOf = (seq: number, userId: string) =>
      (this.reacted.get(seq) ?? []).flatMap(one => (one.userId === userId ? [one.emoji] : []));
    const pins = history
      .filter(({ pinnedAt }) => pinnedAt)
      .sort((one, other) => (`${one.pinnedAt}` < `${other.pinnedAt}` ? 1 : -1));
    const outcome: Outcome = {
      history: new Map([['chat', history]]),
      views: ['ann', 'ben'].map(userId => ({
        ...{ chatId: 'chat', userId },
        messages: this.seenBy(userId).map(message => ({ ...message, mine: mineOf(message.seq, userId) })),
      })),
      pins: new Map([['chat', pins]]),
      reacted: [...this.reacted].map(([seq, reactions]) => ({ chatId: 'chat', seq, reactions })),
      members: new Map([['chat', new Set(['ann', 'ben'])]]),
      numbers: { given: this.given, last: new Map([['chat', this.given.length]]), remains: this.remains },
      ...this.outcome,
    };
    return check(structuredClone(this.entries), structuredClone(outcome), rounds);
  }

  names(...rounds: Round[]): string[] {
    return [...new Set(this.verdict(...rounds).findings.map(({ name }) => name))];
  }
}
