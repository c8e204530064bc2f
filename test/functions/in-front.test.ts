/** What stores do with nothing to do, and with what a database says: values in, values out, on a database that is none. */
import { expect } from 'chai';
import { appendTo } from '#functions/stores/append.js';
import { approachStore } from '#functions/stores/approaches.js';
import { withMine } from '#functions/stores/mine.js';
import { Failure } from '#runtime/contract/failure.js';

type Sql = Parameters<typeof appendTo>[0];
type Answer = (name: string, values: readonly unknown[]) => Promise<unknown[]>;

/** Answers each statement; one that is not expected fails. */
function saying(answer: Answer): Sql {
  const query = (name: string, _text: string, values: readonly unknown[] = []) => answer(name, values);
  const transaction = (work: (tx: unknown) => Promise<unknown>) => work({ query });
  return { query, read: query, transaction } as never;
}
const silent = saying(async name => {
  throw new Error(`${name} was asked`);
});

const message = {
  ...{ id: 'm', chatId: 'c', clientId: 'k', senderId: 'ann', body: 'hi', replyTo: null, sentAt: '' },
  ...{ seq: 1, rev: 0, reactions: [] },
};
const thrownBy = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await work();
  } catch (thrown) {
    return thrown;
  }
};

describe('stores in front of a database', () => {
  it('ask nobody about nothing', async () => {
    expect(await appendTo(silent)([])).to.deep.equal([]);
    expect(await approachStore(silent).take([], '2026-01-01T00:00:00.000Z')).to.deep.equal([]);
    expect(await withMine(silent, 'ann', [message])).to.deep.equal([message]);
  });

  it('ask for own reactions to what has reactions alone, and give them to those messages', async () => {
    const reacted = { ...message, seq: 2, reactions: [{ emoji: '👍', count: 2 }] };
    const others = { ...reacted, seq: 3 };
    const asked: unknown[] = [];
    const sql = saying(async (_name, values) => {
      asked.push(values);
      return [{ mine: ['👍'] }, { mine: [] }];
    });
    const seen = await withMine(sql, 'ann', [message, reacted, others]);
    expect(asked).to.deep.equal([['ann', ['c', 'c'], [2, 3]]]);
    expect(seen).to.deep.equal([message, { ...reacted, mine: ['👍'] }, others]);
  });

  it('have messages that somebody else stored just now sent again, and pass on whatever else is wrong', async () => {
    const conflict = new Failure('conflict', 'a row is there');
    const away = new Failure('unavailable', 'away');
    const defect = new Error('a defect');
    const append = (thrown: Error) => thrownBy(() => appendTo(saying(() => Promise.reject(thrown)))([message]));
    const again = await append(conflict);
    expect(again).to.be.instanceOf(Failure).and.include({ code: 'unavailable', retryAfterMs: 0, cause: conflict });
    expect(await append(away)).to.equal(away);
    expect(await append(defect)).to.equal(defect);
    const take = (thrown: Error) =>
      thrownBy(() => approachStore(saying(() => Promise.reject(thrown))).take(['ann'], '2026-01-01T00:00:00.000Z'));
    expect(await take(defect)).to.equal(defect);
  });

  it('take a message that is neither stored nor there, of a member, for a defect, and not for a refusal', async () => {
    const row = { new_seq: null, stored: null };
    const append = (more: object) => thrownBy(() => appendTo(saying(async () => [{ ...row, ...more }]))([message]));
    expect(await append({ chat_exists: true, member_exists: true })).to.be.instanceOf(Error);
    expect(await append({ chat_exists: true, member_exists: null })).to.deep.equal([{ refused: 'never-a-member' }]);
    expect(await append({ chat_exists: null, member_exists: null })).to.deep.equal([{ refused: 'no-chat' }]);
  });
});
