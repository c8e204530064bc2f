/**
 * Changes messages until it is stopped: edits its own, deletes them, reacts to anybody's, pins, and hides some from its own
 * user; each again until it is acknowledged as carried out, or refused for good. Mostly of the chat's first fifty messages,
 * so that many change the same.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '#support/shapes.js';
import type { ChangeAsked, ChangeReply } from '../checker/changes/calls.js';
import { FINAL } from '../checker/sends.js';
import { ANSWER_MS, type Asked } from './client.js';
import type { Reader } from './reader.js';
import type { Sender } from './writer.js';

export interface Changer extends Sender {
  readonly reader: Reader;
  /** Chats in which the user may pin, and delete what others sent. */
  readonly rules: ReadonlySet<string>;
  /** Chats whose history is read as others see it: nothing is hidden there. */
  readonly reads: ReadonlySet<string>;
}

type Kind = 'edit' | 'delete' | 'react' | 'pin';

const EMOJI = ['👍', '❤️', '😂', '🐘', '👩‍👩‍👧'];
const FIRST = 50;
const LATEST = 20;
const BETWEEN_MS = [100, 700] as const;

export async function changeMessages(changer: Changer, stopped: () => boolean): Promise<void> {
  const { chatIds, random } = changer;
  while (!stopped()) {
    await pause(random.between(...BETWEEN_MS));
    const message = pickFrom(changer, random.pick(chatIds));
    if (message) await insist(changer, ...draw(changer, message));
  }
}

/** In the calm of the end: the last number of the chat, which says whether anything before it was missed. */
export async function lastChange(changer: Changer, chatId: string): Promise<void> {
  const seqs = [...changer.reader.messages(chatId).keys()].sort((one, other) => other - one);
  for (const seq of seqs) {
    if (await insist(changer, 'react', { chatId, seq, emoji: '🏁', on: true })) return;
  }
}

function pickFrom({ reader, random, client }: Changer, chatId: string): Message | undefined {
  const held = reader.messages(chatId);
  const all = [...held.keys()].sort((one, other) => one - other);
  const some = random.chance(0.6) ? all.slice(0, FIRST) : all.slice(-LATEST);
  const seqs = random.chance(0.5) ? some.filter(seq => held.get(seq)?.senderId === client.id) : some;
  return seqs.length > 0 ? held.get(random.pick(seqs)) : undefined;
}

/** Now and then what is not allowed, or has been done already. */
function draw({ client, random, rules, reads, newClientId }: Changer, message: Message): [Kind, ChangeAsked] {
  const { chatId, seq } = message;
  const place = { chatId, seq };
  const isOwn = message.senderId === client.id || random.chance(0.03);
  const mayPin = rules.has(chatId) || random.chance(0.03);
  const die = random.next();
  if (die < 0.3 && isOwn) {
    const clientId = newClientId();
    return ['edit', { ...place, clientId, body: `${client.name} edits ${clientId}` }];
  }
  if (die < 0.36 && (isOwn || rules.has(chatId))) return ['delete', { ...place, scope: 'all' }];
  if (die < 0.4 && !reads.has(chatId)) return ['delete', { ...place, scope: 'me' }];
  if (die < 0.6 && mayPin) return ['pin', { ...place, on: random.chance(0.6) }];
  return ['react', { ...place, emoji: random.pick(EMOJI), on: random.chance(0.65) }];
}

/**
 * Some go over REST, each attempt to another gateway; what is accepted is asked for again, until it is known to be done.
 * Answers whether it was, and not refused.
 */
export async function insist({ client, random, entrances }: Changer, kind: Kind, asked: ChangeAsked): Promise<boolean> {
  const overRest = random.chance(0.25);
  let turn = random.between(0, entrances.length);
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 500)) {
    const entrance = entrances[turn++ % entrances.length]!;
    const outcome = overRest
      ? await client.call<ChangeReply>(entrance, `message:${kind}`, asked, {
          ...request(kind, asked),
          within: ANSWER_MS,
        })
      : await client.emit<ChangeReply>(`message:${kind}`, asked);
    if (outcome.ok && outcome.data.status === 'stored') break;
    if (!outcome.ok && FINAL.includes(outcome.code)) return false;
    await pause(random.between(waitMs / 2, waitMs));
  }
  if (random.chance(0.05)) await client.emit(`message:${kind}`, asked);
  return true;
}

function request(kind: Kind, { chatId, seq, clientId, body, scope, emoji = '', on }: ChangeAsked): Asked<ChangeReply> {
  const path = `/v1/chats/${chatId}/messages/${seq}`;
  const switched = on ? 'PUT' : 'DELETE';
  const as = (answer: ChangeReply | undefined, status: number): ChangeReply => ({
    status: status === 202 ? 'accepted' : 'stored',
    ...(answer?.rev !== undefined && { rev: answer.rev }),
  });
  switch (kind) {
    case 'edit':
      return { method: 'PATCH', path, body: { clientId, body }, as };
    case 'delete':
      return { method: 'DELETE', path: `${path}?scope=${scope}`, as };
    case 'react':
      return { method: switched, path: `${path}/reactions/${encodeURIComponent(emoji)}`, as };
    case 'pin':
      return { method: switched, path: `${path}/pin`, as };
  }
}
