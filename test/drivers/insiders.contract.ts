/**
 * What is read of a chat is read for who is in it at that moment. Whoever asks is let in first, and read for then: here
 * they are put out in between.
 */
import { expect } from 'chai';
import { authorize } from '#functions/access/authorize.js';
import type { Ports } from '#functions/ports/index.js';
import { gateway } from '#functions/services/gateway.js';
import { changeStore } from '#functions/stores/changes.js';
import { messageStore } from '#functions/stores/messages.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { failureOf } from '../support/failure.js';
import { message, minute, type World } from '../support/world.js';

/** What an answer must not have. */
const SECRET = 'said behind their back';

/** Everything that answers what is in a chat, with what it is asked beside the chat. */
const READS: Readonly<Record<string, object>> = {
  getHistory: {},
  getPins: {},
  getReactions: { seq: 1 },
  getVersions: { seq: 1 },
  getChat: {},
};

type Single = Extract<AnyFunction, { batch?: undefined | false }>;

const readsOfAChat = gateway.bindings.flatMap(({ trigger, fn }) =>
  trigger.kind === 'http' && trigger.method === 'GET' && trigger.path.includes(':chatId') ? [fn] : [],
);

export function insidersContract(world: () => World): void {
  describe('what is read of a chat', () => {
    async function scene() {
      const { people, group, messages, changes, chats, members, sql, presence } = {
        presence: nobodyOnline,
        ...world(),
      };
      const [owner, guest, other] = (await people(3)) as [string, string, string];
      const chatId = await group([owner, guest, other]);
      await chats.update(chatId, { keepVersions: true });
      await messages.append([message(chatId, owner, 'first')]);
      const ports = {
        ...world(),
        presence,
        messages: messageStore(sql),
        changes: changeStore(sql, { editWindowMs: 0 }),
      };

      async function goesOn() {
        const by = { chatId, userId: owner, at: minute(3) };
        await messages.append([message(chatId, owner, undefined, { body: SECRET })]);
        await changes.apply([
          { kind: 'edit', ...by, seq: 1, clientId: 'edit', body: SECRET },
          { kind: 'react', ...by, seq: 1, emoji: '👍', on: true },
          { kind: 'pin', ...by, seq: 1, on: true },
        ]);
      }
      const putOut = () => members.remove(chatId, guest, minute(2), false);
      return { chatId, guest, owner, ports: ports as unknown as Ports, goesOn, putOut };
    }

    it('is all of it in this story', () => {
      expect(readsOfAChat.map(({ name }) => name)).to.have.members(Object.keys(READS));
    });

    for (const fn of readsOfAChat) {
      it(`is told to nobody who is put out between being let in and being read for: ${fn.name}`, async () => {
        const { chatId, guest, ports, goesOn, putOut } = await scene();
        const read = fn as Single;
        const context = testContext({ caller: { userId: guest }, ports });
        const event = testEvent({ chatId, ...READS[fn.name] });
        await goesOn();
        const before = await read.handle(context, event as never);
        expect(JSON.stringify(before), 'a member').to.match(new RegExp(`${SECRET}|👍`));

        await authorize({ ...ports, sessions: signedIn }, fn.access as never, context.caller, event.data, context.now);
        await putOut();
        const failure = await failureOf(async () => read.handle(context, event as never));
        expect(['forbidden', 'not_found']).to.include(failure.code);
        expect(JSON.stringify(failure)).not.to.contain(SECRET);
      });
    }

    it('is nothing for strangers, and an empty list for members of an empty chat', async () => {
      const { people, group, sql } = world();
      const [me, stranger] = (await people(2)) as [string, string];
      const chatId = await group([me]);
      const [messages, changes] = [messageStore(sql), changeStore(sql, { editWindowMs: 0 })];
      for (const range of [{}, { after: 0 }, { before: 5 }]) {
        expect(await messages.page(chatId, me, { limit: 5, ...range })).to.deep.equal([]);
        expect(await messages.page(chatId, stranger, { limit: 5, ...range })).to.equal(undefined);
      }
      expect(await changes.pins(chatId, me)).to.deep.equal([]);
      expect(await changes.pins(chatId, stranger)).to.equal(undefined);
      await messages.append([message(chatId, me)]);
      expect(await changes.reactors({ chatId, seq: 1 }, me, { limit: 5 })).to.deep.equal([]);
      expect(await changes.reactors({ chatId, seq: 1 }, stranger, { limit: 5 })).to.equal(undefined);
      expect(await changes.versions({ chatId, seq: 1 }, stranger)).to.equal(undefined);
    });

    it('is nothing for who has left, hides much and was there for long', async () => {
      const { chatId, guest, ports, goesOn, putOut } = await scene();
      await goesOn();
      await ports.ownState.hide(guest, chatId, { from: 2, to: 2 });
      expect((await ports.messages.page(chatId, guest, { limit: 5 }))?.map(({ seq }) => seq)).to.deep.equal([1]);
      await putOut();
      expect(await ports.messages.page(chatId, guest, { limit: 5 })).to.equal(undefined);
      await ports.members.add(chatId, guest, minute(4));
      expect((await ports.messages.page(chatId, guest, { limit: 5 }))?.map(({ seq }) => seq)).to.deep.equal([1]);
    });
  });
}

const nobodyOnline = { online: async () => new Set<string>() };
const signedIn = { active: async () => true } as unknown as Ports['sessions'];
