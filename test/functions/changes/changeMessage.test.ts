import { expect } from 'chai';
import type { Static } from 'typebox';
import { changeMessage } from '#functions/changes/changeMessage.js';
import type { Change, MessageChanged } from '#functions/domain/change.js';
import type { Changed } from '#functions/ports/changes.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';
import { aMessage, CHAT } from '../../support/samples.js';

const AT = '2026-01-01T00:00:01.000Z';
const named = { chatId: CHAT, seq: 1, userId: uuid(1), at: AT };
const liked: Change = { kind: 'react', ...named, emoji: '👍', on: true };
const edited: Change = { kind: 'edit', ...named, userId: uuid(2), clientId: 'e', body: 'better' };

async function outcomeOf(changes: readonly Change[], answers: readonly Changed[]) {
  const context = testContext({ ports: somePorts({ changes: { apply: async () => answers } }) });
  return changeMessage.handle(
    context,
    changes.map(change => testEvent(change as Static<typeof changeMessage.input>)),
  );
}

function told({ emit = [] }: Awaited<ReturnType<typeof outcomeOf>>): MessageChanged | undefined {
  expect(emit).to.have.length(1);
  return emit.flatMap(each => ('send' in each ? [each.data as MessageChanged] : []))[0];
}

describe('changeMessage', () => {
  it('finds what an edited text is marked up with, takes what is given instead, and leaves other changes alone', async () => {
    const applied: Change[] = [];
    const changes = {
      apply: async (asked: readonly Change[]) => {
        applied.push(...asked);
        return asked.map(() => ({ change: 0 }));
      },
    };
    const members = { mentionable: async () => [new Map([['ann', uuid(7)]])] };
    const bold = { type: 'bold' as const, offset: 0, length: 2 };
    const asked: Change[] = [{ ...edited, body: '@ann #tea' }, liked, { ...edited, entities: [bold] }];
    const context = testContext({ ports: somePorts({ changes, members }) });
    await changeMessage.handle(
      context,
      asked.map(change => testEvent(change as Static<typeof changeMessage.input>)),
    );
    expect(applied.map(change => change.kind === 'edit' && change.entities)).to.deep.equal([
      [
        { type: 'mention', offset: 0, length: 4, userId: uuid(7) },
        { type: 'hashtag', offset: 5, length: 4 },
      ],
      false,
      [bold],
    ]);
    expect(applied[1]).to.deep.equal(liked);
  });

  it('answers each with its number, and tells the chat the message once, named after the last change that took effect', async () => {
    const message = aMessage({ rev: 7, body: 'better' });
    const outcome = await outcomeOf(
      [edited, liked, liked],
      [
        { message, change: 7 },
        { message, change: 7 },
        { message, change: 0 },
      ],
    );
    const told = { chatId: CHAT, change: 7, message, by: { userId: uuid(1), emoji: '👍', on: true }, kind: 'react' };
    expect(outcome.items).to.deep.equal([7, 7, 0].map(change => ({ reply: { change } })));
    expect(outcome.emit).to.deep.equal([
      { send: 'message:changed', data: told, to: [`chat:${CHAT}`], since: AT, item: 1 },
    ]);
    expect(outcome.publish).to.deep.equal([
      { type: 'minitelegram.message.changed.v1', data: told, id: `${message.id}.7` },
    ]);
  });

  it('names the reactions that share a number with the last change: of each member’s of one emoji the last', async () => {
    const message = aMessage({ rev: 7 });
    const off: Change = { ...liked, on: false };
    const bens: Change = { ...liked, userId: uuid(2) };
    const refused: Change = { ...liked, emoji: '🔥' };
    const asked = [bens, liked, refused, off, edited];
    const outcome = await outcomeOf(
      asked,
      asked.map(each =>
        each === refused
          ? { message, change: 0, refused: { code: 'conflict', why: 'too many' } }
          : { message, change: 7, was: 5 },
      ),
    );
    const { by, others, was } = told(outcome) ?? {};
    expect(was).to.equal(5);
    expect(by).to.deep.equal({ userId: uuid(2) });
    expect(others).to.deep.equal([
      { userId: uuid(2), emoji: '👍', on: true },
      { userId: uuid(1), emoji: '👍', on: false },
    ]);
    const again = await outcomeOf(
      [liked, off],
      [
        { message, change: 7 },
        { message, change: 7 },
      ],
    );
    expect(told(again)).to.not.have.any.keys('others', 'retold');
  });

  it('tells the message as it is also where nothing changed: what was done before a crash is told, and by whom is not known', async () => {
    const message = aMessage({ rev: 3 });
    expect(told(await outcomeOf([liked], [{ message, change: 0 }]))).to.deep.equal({
      ...{ chatId: CHAT, change: 3, message, kind: 'react', retold: true },
      by: { userId: uuid(1), emoji: '👍', on: true },
    });
  });

  it('tells the message as it is where a change was refused, and not that what was refused is so', async () => {
    const message = aMessage({ rev: 3 });
    const refused = { code: 'conflict' as const, why: 'too many' };
    expect(told(await outcomeOf([liked], [{ message, change: 0, refused }]))).to.deep.equal({
      ...{ chatId: CHAT, change: 3, message, by: { userId: uuid(1) }, kind: 'react', retold: true },
    });
  });

  it('tells nothing of a message that never changed', async () => {
    const { emit } = await outcomeOf([liked], [{ message: aMessage(), change: 0 }]);
    expect(emit).to.deep.equal([]);
  });

  it('tells changes in the order of their numbers', async () => {
    const [one, two] = [aMessage({ seq: 1, rev: 9 }), aMessage({ seq: 2, rev: 8, id: uuid(9) })];
    const { emit } = await outcomeOf(
      [liked, { ...liked, seq: 2 }],
      [
        { message: one, change: 9 },
        { message: two, change: 8 },
      ],
    );
    expect(emit?.map(each => 'data' in each && (each.data as { change: number }).change)).to.deep.equal([8, 9]);
  });

  it('refuses what cannot be, with what there is where it contradicts that, and leaves nothing among the dead letters', async () => {
    const message = aMessage({ rev: 4 });
    const { items } = await outcomeOf(
      [edited, edited],
      [
        { message, change: 0, refused: { code: 'conflict', why: 'has changed' } },
        { message, change: 0, refused: { code: 'forbidden', why: 'not yours' } },
      ],
    );
    expect(items.map(({ failure, verdict }) => [failure?.code, failure?.current, verdict])).to.deep.equal([
      ['conflict', message, undefined],
      ['forbidden', undefined, undefined],
    ]);
  });

  it('takes the time of a change that names none that can be for now', async () => {
    const given: Change[] = [];
    const apply = async (changes: readonly Change[]) => {
      given.push(...changes);
      return [{ change: 0 }];
    };
    const context = testContext({ ports: somePorts({ changes: { apply } }) });
    await changeMessage.handle(context, [testEvent({ ...liked, at: '2026-99-99T99:99:99Z' })]);
    expect(given[0]?.at).to.equal(new Date(context.now).toISOString());
  });
});
