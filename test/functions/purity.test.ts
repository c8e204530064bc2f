/** Every function is pure, whatever it is given, and stands where its name says: one file, one export, one name. */
import { rejects } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import Type from 'typebox';
import { single } from '#functions/define.js';
import { messageStored } from '#functions/domain/events.js';
import { Id, strictObject } from '#functions/domain/text.js';
import { type AnyEventType, event } from '#runtime/contract/event-type.js';
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import { uuid } from '#runtime/testing/context.js';
import { answers } from './answers.js';
import { checkDeclared } from './declared.js';
import { aChatType, aCount, aMessage, aMoment, anEmoji, anId, aSeq, aTime, aWord, LINKING } from './models.js';
import { checkPurity, type Given, saidBy } from './purity.js';

const SOURCES = new URL('../../../functions/', import.meta.url);
const COMPILED = new URL('../../../functions/dist/', import.meta.url);
/** Folders of what the functions share. */
const SHARED = ['access', 'domain', 'ports', 'stores', 'services', 'entrypoints', 'launch'];

/** What can be said at all. */
const aSubmission = fc
  .tuple(
    fc.record({ chatId: anId, clientId: aWord, draftAt: aTime }, { requiredKeys: ['chatId', 'clientId'] }),
    fc.oneof(
      fc.record({ body: aWord }),
      fc.record({ media: fc.constant([uuid(8)]) }),
      fc.constant({ forward: { chatId: uuid(1), seq: 1 } }),
    ),
  )
  .map(([sent, said]) => ({ ...sent, ...said }));

const numbered = { reply: fc.record({ change: aSeq }) };

/** Where the schema alone would not lead a function anywhere interesting: better inputs, and answers to what it publishes. */
const GIVEN: Readonly<Record<string, Given>> = {
  persistMessage: {
    input: fc
      .tuple(
        fc.record(
          { chatId: anId, clientId: aWord, senderId: anId, draftAt: aTime },
          { requiredKeys: ['chatId', 'clientId', 'senderId'] },
        ),
        fc.oneof(
          fc.constantFrom(
            { body: 'tell @ann and @all' },
            { forward: { chatId: uuid(1), seq: 1 } },
            { media: [uuid(8)] },
          ),
          fc.record({ body: aWord, entities: fc.constantFrom([], [{ type: 'bold', offset: 0, length: 1 }]) }),
        ),
      )
      .map(([sent, said]) => ({ ...sent, ...said })),
  },
  postMessage: { input: aSubmission, reply: aMessage },
  sendMessage: { input: aSubmission, reply: aMessage },
  ...Object.fromEntries(
    ['editMessage', 'deleteMessage', 'pinMessage', 'removeMessage', 'addPin', 'removePin', 'patchMessage'].map(name => [
      name,
      numbered,
    ]),
  ),
  reactToMessage: { ...numbered, input: fc.record({ chatId: anId, seq: aCount, emoji: anEmoji, on: fc.boolean() }) },
  addReaction: { ...numbered, input: fc.record({ chatId: anId, seq: aCount, emoji: anEmoji }) },
  removeReaction: { ...numbered, input: fc.record({ chatId: anId, seq: aCount, emoji: anEmoji }) },
  ...Object.fromEntries(
    ['beginUpload', 'continueUpload', 'getUpload', 'dropUpload', 'getUploadOptions'].map(name => [
      name,
      {
        request: fc.constant({ method: 'POST', url: '/v1/uploads', headers: { 'upload-length': '9' } }),
        caller: fc.record({ userId: fc.constant(uuid(1)), sessionId: anId, expiresAt: aMoment }),
      },
    ]),
  ),
  previewLink: {
    input: fc.record({
      ...{ chatId: anId, seq: aCount, senderId: anId, sentAt: fc.constant('2099-01-01T00:00:00.000Z') },
      ...{ body: fc.constant(LINKING.body), entities: fc.constant(LINKING.entities) },
    }),
  },
  createChat: {
    input: fc.record({ type: aChatType, memberIds: fc.uniqueArray(anId, { minLength: 1, maxLength: 2 }) }),
  },
  findUsers: {
    input: fc.oneof(
      fc.record({ query: fc.oneof(anId, aWord) }),
      fc.record({ ids: fc.array(anId, { minLength: 1, maxLength: 6 }).map(ids => ids.join()) }),
    ),
  },
};

const places = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts') && !file.startsWith('dist/') && !SHARED.includes(dirname(file)))
  .map(file => file.replace(/\.ts$/, ''));

for (const place of places) {
  const name = basename(place);
  const source = readFileSync(new URL(`${place}.ts`, SOURCES), 'utf8');
  if (/^export const \w+ = (single|batch)\(/m.test(source)) {
    const load = () => import(new URL(`${place}.js`, COMPILED).href) as Promise<Record<string, AnyFunction>>;

    describe(`functions/${place}`, () => {
      it('reads no clock and rolls no dice', () => {
        expect(source).not.to.match(/Date\.now|new Date\(\)|Math\.random|randomUUID|performance\./);
      });

      it('exports one function of the same name, which needs nothing but ports and refuses unknown fields', async () => {
        const module = await load();
        const functions = Object.keys(module).filter(key => typeof module[key]?.handle === 'function');
        expect(functions).to.deep.equal([name]);
        const fn = module[name]!;
        expect(fn.name).to.equal(name);
        expect(Object.keys(answers)).to.include.members(fn.needs);
        expect(fn.summary).to.match(/^[A-Z].*\.$/);
        if (fn.access !== 'internal') expect(fn.input).to.include({ type: 'object', additionalProperties: false });
      });

      it('gives the same for the same, and leaves its input alone', async () => {
        await checkPurity((await load())[name]!, GIVEN[name]);
      });

      it('answers, publishes, tells and refuses only what is declared', async () => {
        await checkDeclared((await load())[name]!, GIVEN[name]);
      });

      it('emits and publishes what it declares, all of it and nothing else', async () => {
        const fn = (await load())[name]!;
        const { emits = [], publishes = [] } = fn;
        expect(await saidBy(fn, GIVEN[name])).to.deep.equal({
          emits: [...emits].sort(),
          publishes: publishes.map(({ type }: AnyEventType) => type).sort(),
        });
      });
    });
  }
}

describe('checkPurity', () => {
  const input = strictObject({ userIds: Type.Array(Id) });
  const named = {
    name: 'suspect',
    access: 'user',
    needs: ['presence'],
    summary: 'Is up to something.',
    input,
    output: { ok: Type.Unknown() },
  } as const;

  it('finds a function that remembers', async () => {
    let calls = 0;
    const suspect = single({ ...named, handle: () => ({ reply: ++calls }) });
    await rejects(checkPurity(suspect), /Property failed/);
  });

  it('finds a function that asks for more when it has asked before', async () => {
    let calls = 0;
    const suspect = single({
      ...named,
      async handle({ ports }, { data }) {
        if (calls++ > 0) await ports.presence.online(data.userIds);
        return {};
      },
    });
    await rejects(checkPurity(suspect), /Property failed/);
  });

  it('finds a function that writes on its input', async () => {
    const suspect = single({
      ...named,
      handle: (_, { data }) => ({ reply: data.userIds.sort() }),
    });
    await rejects(checkPurity(suspect), /Property failed/);
  });
});

const named = {
  name: 'suspect',
  access: 'user',
  needs: [],
  summary: 'Is up to something.',
  input: strictObject({}),
} as const;

describe('checkDeclared', () => {
  const finds = (fn: AnyFunction, fault: RegExp) =>
    rejects(checkDeclared(fn), ({ cause }: Error) => fault.test(`${cause}`));
  const saying = (outcome: Outcome): AnyFunction => ({
    ...named,
    output: { ok: Type.Number() },
    handle: () => outcome,
  });

  it('finds an answer of another shape, of another status, and none', async () => {
    await finds(saying({ reply: 'text' }), /must be number/);
    await finds(saying({ reply: 1, status: 'created' }), /answers created/);
    await finds(saying({}), /must be number/);
  });

  it('finds a refusal that was not declared', async () => {
    await finds(saying({ failure: new Failure('conflict', 'no') }), /refuses with conflict/);
  });

  it('finds news that nobody knows of, or of another shape', async () => {
    await finds(saying({ reply: 1, emit: [{ send: 'chat:gone', data: {}, to: [] }] }), /nobody knows of chat:gone/);
    await finds(
      saying({ reply: 1, emit: [{ send: 'typing', data: { extra: 1 }, to: [] }] }),
      /required property|additional/,
    );
  });

  it('finds what is published for nobody, or what its consumer would not take', async () => {
    const one = { type: 'minitelegram.message.read.v1', data: {} };
    await finds(saying({ reply: 1, publish: [{ ...one, type: 'other' }] }), /nobody consumes other/);
    await finds(saying({ reply: 1, publish: [one] }), /required property/);
    await finds(saying({ reply: 1, publish: [{ ...one, type: messageStored.type }] }), /required property/);
  });
});

describe('what functions emit and publish', () => {
  it('is declared, or they do not compile', async () => {
    const emit = [{ send: 'secret', data: {}, to: [] }];
    const publish = [event('secret.v1', { data: Type.Object({}) })({})];
    const told = event('told.v1', { data: Type.Object({ n: Type.Number() }) });
    // @ts-expect-error nothing is declared
    const silent = single({ ...named, handle: () => ({ emit }) });
    // @ts-expect-error something else is declared
    single({ ...named, publishes: [told], handle: () => ({ publish }) });
    // @ts-expect-error the right type with other data
    single({ ...named, publishes: [told], handle: () => ({ publish: [{ type: 'told.v1', data: { n: '1' } }] }) });
    single({ ...named, publishes: [told], handle: () => ({ publish: [told({ n: 1 })] }) });
    expect(await saidBy(silent)).to.deep.equal({ emits: ['secret'], publishes: [] });
  });

  it('is found in what they settle, too, and missed where they never say it', async () => {
    const told = event<object>('told.v1');
    const suspect = single({
      ...named,
      emits: ['never'],
      publishes: [told],
      handle: () => ({}),
      settle: () => ({ publish: [told({})] }),
    });
    expect(await saidBy(suspect)).to.deep.equal({ emits: [], publishes: ['told.v1'] });
  });
});
