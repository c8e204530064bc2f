/** What a client makes of changes of messages, as they are told. */
import { expect } from 'chai';
import { withChange, withChanges, withMessages } from '../../../web/client/arrivals.js';
import { isBehind } from '../../../web/client/chat.js';
import type { Changed } from '../../../web/client/shapes.js';
import { chatState, message } from '../support/messages.js';
import { reader } from '../support/reader.js';
import { table } from '../support/table.js';

describe('changes of messages, at a client', () => {
  it('come in order, and the newest state of a message is the one that is shown', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const one = { chatId: 'chat', kind: 'edit', by: { userId: 'ben' } } as const;
    const second = withChange(before, { ...one, change: 2, message: message(1, { rev: 2, body: 'b' }) });
    expect(second).to.include({ change: 0, lastChange: 2 });
    const first = withChange(second, { ...one, change: 1, message: message(1, { rev: 1, body: 'a' }) });
    expect(first.change, 'the second is asked for').to.equal(1);
    expect(first.history.messages[0]?.body).to.equal('b');
    expect(first.lastMessage?.body).to.equal('b');
  });

  it('keep the reactions that are one’s own when somebody else changes the message', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const one = { chatId: 'chat', kind: 'react' } as const;
    const own = { change: 1, message: message(1, { rev: 1 }), by: { userId: 'ann', emoji: '👍', on: true } };
    const bens = { change: 2, message: message(1, { rev: 2 }), by: { userId: 'ben', emoji: '👍', on: true } };
    const off = { change: 3, message: message(1, { rev: 3 }), by: { userId: 'ann', emoji: '👍', on: false } };
    const mine = [own, bens, off].map((_, at, all) =>
      all
        .slice(0, at + 1)
        .reduce((state, each) => withChange(state, { ...one, ...each }), before)
        .history.messages[0]?.mine?.join(),
    );
    expect(mine).to.deep.equal(['👍', '👍', '']);
  });

  it('say of all that share a number which reactions are one’s own', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1, { mine: ['🔥'] })]);
    const folded: Changed = {
      ...{ chatId: 'chat', kind: 'edit', change: 1, message: message(1, { rev: 1 }), by: { userId: 'ben' } },
      others: [
        { userId: 'ann', emoji: '🔥', on: false },
        { userId: 'ben', emoji: '👍', on: true },
        { userId: 'ann', emoji: '👍', on: true },
      ],
    };
    const after = withChange(before, folded);
    expect(after.history.messages[0]?.mine).to.deep.equal(['👍']);
    expect(after.change).to.equal(1);
    const gone = { ...folded, kind: 'delete' as const, message: message(1, { rev: 1, body: '', deletedAt: 'now' }) };
    expect(withChange(before, gone).history.messages[0]).to.not.have.property('mine');
  });

  it('are asked for where one is told again that was not heard: whose it was is not said', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const retold: Changed = {
      ...{ chatId: 'chat', kind: 'react', change: 1, message: message(1, { rev: 1, body: 'b' }), retold: true },
      by: { userId: 'ben', emoji: '👍', on: true },
    };
    const after = withChange(before, retold);
    expect(after).to.include({ change: 0, lastChange: 1 });
    expect(after.history.messages[0]?.body).to.equal('b');
    expect(withChange(withChanges(after, [], 1), retold)).to.include({ change: 1, lastChange: 1 });
  });

  it('are asked for where one of the message before it was not heard', () => {
    const before = withMessages(chatState({ lastChange: 0 }), [message(1)]);
    const second = { chatId: 'chat', kind: 'edit', change: 3, was: 2, by: { userId: 'ben' } } as const;
    const after = withChange(withChanges(before, [], 2), { ...second, message: message(1, { rev: 3, body: 'b' }) });
    expect(after).to.include({ change: 2, lastChange: 3 });
    expect(after.history.messages[0]?.body).to.equal('b');
  });

  it('of a message from behind a gap add to what is known of it', () => {
    const one = { chatId: 'chat', kind: 'react', by: { userId: 'ann', emoji: '👍', on: true } } as const;
    const first = withChange(chatState({ lastChange: 0 }), { ...one, change: 1, message: message(2, { rev: 1 }) });
    const by = { userId: 'ann', emoji: '🔥', on: true };
    const second = withChange(first, { ...one, by, change: 2, message: message(2, { rev: 2 }) });
    expect(withMessages(second, [message(1)]).history.messages[1]?.mine).to.deep.equal(['👍', '🔥']);
  });

  it('of what is too far behind a gap to be kept are asked for, when the gap is closed', () => {
    const crowd = Array.from({ length: 500 }, (_, each) => message(each + 2));
    const before = withMessages(chatState({ lastChange: 0 }), crowd);
    const one = { chatId: 'chat', kind: 'edit', by: { userId: 'ben' }, change: 1 } as const;
    const far = withChange(before, { ...one, message: message(502, { rev: 1, body: 'b' }) });
    expect(far).to.include({ change: 0, lastChange: 1 });
    const near = withChange(before, { ...one, message: message(501, { rev: 1, body: 'b' }) });
    expect(near).to.include({ change: 1, lastChange: 1 });
    // Of the one that was not kept comes what it was before, late.
    const late = withMessages(withMessages(far, [message(1)]), [message(502)]);
    expect(late.history.upTo).to.equal(502);
    expect(isBehind(late)).to.equal(true);
  });

  it('are not asked for from a server that counts none', () => {
    expect(chatState().change).to.equal(undefined);
    const state = withChange(withMessages(chatState(), [message(1)]), {
      ...{ chatId: 'chat', kind: 'edit', by: { userId: 'ben' }, change: 4 },
      message: message(1, { rev: 4, body: 'b' }),
    });
    expect(state.history.messages[0]?.body).to.equal('b');
    expect(state.change).to.equal(undefined);
  });

  it('leave a page that is short for its bytes what it is: there is more before it', async () => {
    const server = table();
    for (let each = 0; each < 9; each++) server.send('ben');
    const { pages, held } = reader(
      server,
      () => 0,
      (place, limit) => server.page(place, Math.min(limit, 2)),
    );
    for (const first of [8, 6]) {
      await pages.older('chat', 4);
      expect(held().history.messages[0]?.seq).to.equal(first);
    }
    expect(held().history.messages.filter(({ hidden }) => hidden)).to.deep.equal([]);
  });
});
