/** Changes of messages that cannot be: refused alike over HTTP and over a connection, with the code that the contract says. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import type { Live } from '../../support/live.js';
import { directChat, group, history, type Person, send, signUp } from '../../support/people.js';
import type { Chat, Message } from '../../support/shapes.js';
import { NOBODY } from './scene.js';
import { overHttp, overSocket, STATUS, type Wish } from './wishes.js';

type Place = 'chat' | 'longer' | 'foreign' | 'left' | 'none';

interface Attempt {
  readonly what: string;
  readonly kind: Wish['kind'];
  readonly by?: 'ben';
  readonly place?: Place;
  readonly seq?: unknown;
  readonly rest?: Wish['rest'];
  readonly code: keyof typeof STATUS;
  /** A JSON Pointer that `errors` names. */
  readonly path?: string;
  /** The answer has the message as it is. */
  readonly current?: boolean;
}

/** By who wrote it: one that stays, a tombstone, one that Ben hides from himself, one that was edited twice. */
const [STAYS, GONE, HIDDEN, EDITED] = [1, 2, 3, 4];

const KINDS = ['edit', 'delete', 'react', 'pin'] as const;
const of = (kind: Wish['kind']): Wish['rest'] =>
  kind === 'edit' ? { body: 'text' } : kind === 'react' ? { emoji: '👍' } : {};

const everyKind = (what: string, rest: Pick<Attempt, 'by' | 'place' | 'seq' | 'code' | 'path'>): readonly Attempt[] =>
  KINDS.map(kind => ({ what: `${kind} of ${what}`, kind, ...rest }));
const editing = (what: string, rest: object, code: Attempt['code'], more: Partial<Attempt> = {}): Attempt => ({
  ...{ what: `an edit with ${what}`, kind: 'edit', rest: { body: 'text', ...rest }, code, ...more },
});
const reacting = (what: string, emoji: unknown): Attempt => ({
  ...{ what: `a reaction of ${what}`, kind: 'react', rest: { emoji }, code: 'invalid', path: '/emoji' },
});
const forwarding = (what: string, place: Place, seq: number, code: Attempt['code'], path: string): Attempt => ({
  ...{ what: `a forward of ${what}`, kind: 'forward', by: 'ben', place, seq, code, path },
});

const BOLD = { type: 'bold', offset: 0, length: 2 };
const bolds = (count: number) => Array.from({ length: count }, (_, offset) => ({ type: 'bold', offset, length: 1 }));

const ATTEMPTS: readonly Attempt[] = [
  ...everyKind('a seq that there is not', { seq: 99, code: 'not_found' }),
  ...everyKind('a seq of another chat', { seq: 8, code: 'not_found' }),
  ...everyKind('a message that the caller hides', { by: 'ben', seq: HIDDEN, code: 'not_found' }),
  ...everyKind('a chat that the caller is not in', { place: 'foreign', by: 'ben', code: 'not_found' }),
  ...everyKind('a chat that the caller has left', { place: 'left', by: 'ben', code: 'not_found' }),
  ...everyKind('a chat that there is not', { place: 'none', code: 'not_found' }),
  ...[0, -1, 1.5, 2 ** 53, 1e300, 'one'].flatMap(seq =>
    everyKind(`seq ${seq}`, { seq, code: 'invalid', path: '/seq' }),
  ),

  { what: 'an edit of a tombstone', kind: 'edit', seq: GONE, code: 'conflict', current: true },
  { what: 'a reaction to a tombstone', kind: 'react', seq: GONE, code: 'conflict', current: true },
  { what: 'a pin of a tombstone', kind: 'pin', seq: GONE, code: 'conflict', current: true },

  editing('the name of an edit of another message', { clientId: 'used' }, 'conflict', { current: true }),
  editing('a rev of the past', { ifRev: 1 }, 'conflict', { seq: EDITED, current: true }),
  editing('a rev of the future', { ifRev: 99 }, 'conflict', { seq: EDITED, current: true }),
  editing('a rev below none', { ifRev: -1 }, 'invalid', { path: '/ifRev' }),
  editing('half a rev', { ifRev: 0.5 }, 'invalid', { path: '/ifRev' }),
  editing('nothing to say', { body: '' }, 'invalid', { path: '/body' }),
  editing('5,000 characters', { body: 'x'.repeat(5_000) }, 'invalid', { path: '/body' }),
  editing('half a character', { body: 'a\ud800' }, 'invalid', { path: '/body' }),
  editing('a NUL in its name', { clientId: 'a\u0000b' }, 'invalid', { path: '/clientId' }),
  editing('no name', { clientId: undefined }, 'invalid', { path: '/clientId' }),
  editing('an unknown field', { colour: 'red' }, 'invalid', { path: '/colour' }),
  editing('an entity after the body', { entities: [{ ...BOLD, offset: 4 }] }, 'invalid', {
    path: '/entities/0/offset',
  }),
  editing('an entity longer than the body', { entities: [{ ...BOLD, length: 5 }] }, 'invalid', {
    path: '/entities/0/length',
  }),
  editing('entities that overlap', { entities: [BOLD, { type: 'italic', offset: 1, length: 3 }] }, 'invalid', {
    path: '/entities/1/length',
  }),
  editing('101 entities', { body: 'x'.repeat(101), entities: bolds(101) }, 'invalid', { path: '/entities' }),
  { what: 'an edit of what somebody else wrote', kind: 'edit', by: 'ben', code: 'forbidden' },
  { what: 'a deletion of what somebody else wrote', kind: 'delete', by: 'ben', code: 'forbidden' },
  { what: 'a pin by who manages nothing', kind: 'pin', by: 'ben', code: 'forbidden' },
  { what: 'a deletion of no scope', kind: 'delete', rest: { scope: 'some' }, code: 'invalid', path: '/scope' },

  reacting('a word', 'ok'),
  reacting('two emoji', '👍👍'),
  reacting('a digit', '1'),
  reacting('half a flag', '🇩'),
  reacting('a text that would be an emoji', '❤'),
  reacting('a blank', ' '),
  reacting('a NUL', '\u0000'),
  reacting('an emoji that goes on and on', `👩${'\u200d👩'.repeat(8)}`),

  forwarding('what was said in a chat that one has left', 'left', 1, 'not_found', '/forward/seq'),
  forwarding('what was said in a chat that one was never in', 'foreign', 1, 'not_found', '/forward/seq'),
  forwarding('a tombstone', 'chat', GONE, 'conflict', '/forward/seq'),
  forwarding('what one hides', 'chat', HIDDEN, 'not_found', '/forward/seq'),
];

export function badChanges(the: () => Deployment): void {
  describe('changes that cannot be', () => {
    let ann: Person;
    let ben: Person;
    let lives: { readonly ann: Live; readonly ben: Live };
    let chats: Record<Exclude<Place, 'none'> | 'own', Chat>;
    let beforehand: readonly Message[];

    before('Ann has written, edited and deleted, and Ben has hidden and left', async () => {
      const [one, two] = the().gateways;
      [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben')]);
      const cem = await signUp(one, 'Cem');
      const [chat, longer, left, foreign, own] = await Promise.all([
        ...[group(ann, [ben]), group(ann, [ben]), group(ann, [ben]), group(ann, [cem]), directChat(ben, cem)],
      ] as const);
      chats = { chat, longer, left, foreign, own };
      lives = { ann: await ann.connect(), ben: await ben.connect() };
      for (const [{ id }, count] of [
        [chat, EDITED],
        [longer, 8],
        [left, 1],
        [foreign, 1],
      ] as const) {
        for (let n = 1; n <= count; n += 1) await send(lives.ann, id, `message ${n}`);
      }
      const at = (rest: string) => `/v1/chats/${chat.id}/messages/${rest}`;
      await ann.call('DELETE', at(`${GONE}?scope=all`));
      for (const clientId of ['used', 'another'])
        await ann.call('PATCH', at(`${EDITED}`), { clientId, body: clientId });
      await ben.call('DELETE', at(`${HIDDEN}?scope=me`));
      await ben.call('DELETE', `/v1/chats/${left.id}/members/${ben.id}`);
      beforehand = await history(ann, chat.id);
    });

    after(() => {
      for (const person of [ann, ben]) person?.leave();
    });

    const idOf = (place: Place): string => (place === 'none' ? NOBODY : chats[place].id);

    function wishOf({ kind, place = 'chat', seq = STAYS, rest = {} }: Attempt): Wish {
      const clientId = randomUUID();
      if (kind === 'forward') {
        return { kind, chatId: chats.own.id, seq: 1, rest: { clientId, forward: { chatId: idOf(place), seq } } };
      }
      return { kind, chatId: idOf(place), seq, rest: { ...(kind === 'edit' && { clientId }), ...of(kind), ...rest } };
    }

    for (const attempt of ATTEMPTS) {
      const { what, by = 'ann', code, path, current = false } = attempt;
      it(`${what} is refused as ${code}${path ? ` for ${path}` : ''}`, async () => {
        const overOne = await overHttp(by === 'ann' ? ann : ben, wishOf(attempt));
        const overOther = await overSocket(lives[by], wishOf(attempt));
        expect(overOne.status).to.equal(STATUS[code]);
        for (const answer of [overOne, overOther]) {
          expect(answer.code).to.equal(code);
          if (path) expect(answer.paths).to.include(path);
          if (current) expect(answer.current).to.deep.include({ seq: attempt.seq ?? STAYS, chatId: chats.chat.id });
          else expect(answer.current).to.equal(undefined);
        }
      });
    }

    for (const path of ['reactions', 'versions']) {
      it(`${path} of what is not there, or hidden, are refused as not_found`, async () => {
        const asked = async (who: Person, seq: number, chat = chats.chat) =>
          (await who.call('GET', `/v1/chats/${chat.id}/messages/${seq}/${path}`)).status;
        expect(await asked(ann, 99)).to.equal(404);
        expect(await asked(ann, 8)).to.equal(404);
        expect(await asked(ben, HIDDEN)).to.equal(404);
        expect(await asked(ben, 1, chats.left)).to.equal(404);
        expect(await asked(ben, 1, chats.foreign)).to.equal(404);
      });
    }

    it('have changed nothing, and what is deleted already is deleted again', async () => {
      expect(await history(ann, chats.chat.id)).to.deep.equal(beforehand);
      expect((await overHttp(ann, { kind: 'delete', chatId: chats.chat.id, seq: GONE, rest: {} })).status).to.equal(
        204,
      );
      expect(await history(ben, chats.own.id)).to.deep.equal([]);
    });

    it('are none where one message is edited a hundred times at once: the last one holds, and all hear it', async () => {
      const { id: chatId } = chats.longer;
      const edits = Array.from({ length: 100 }, (_, n) => ({
        chatId,
        seq: 1,
        clientId: `take ${n}`,
        body: `take ${n}`,
      }));
      const acks = await Promise.all(
        edits.map(edit => lives.ann.ask<{ status: string; change: number }>('message:edit', edit)),
      );
      const changes = acks.map(({ change }) => change);
      expect(new Set(acks.map(({ status }) => status))).to.deep.equal(new Set(['stored']));
      expect(changes).to.deep.equal(changes.toSorted((one, other) => one - other));
      const rev = changes.at(-1) as number;
      expect(new Set(changes)).to.deep.equal(new Set(Array.from({ length: rev }, (_, n) => n + 1)));
      await lives.ben.waitFor<{ change: number; message: Message; chatId: string }>(
        'message:changed',
        told => told.chatId === chatId && told.change === rev && told.message.body === 'take 99',
      );
      expect((await history(ben, chatId))[0]).to.deep.include({ body: 'take 99', rev });
    });
  });
}
