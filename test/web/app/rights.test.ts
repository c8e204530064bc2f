/** What one is offered to do with a message: what the server would take, and what it cannot have yet. */
import { expect } from 'chai';
import { type Rights, rightsTo } from '../../../web/app/rights.js';
import { shownOf } from '../../../web/app/rows.js';
import type { Chat, Role } from '../../../web/client/shapes.js';
import type { Pending } from '../../../web/client/state.js';
import { chatState, message } from '../support/messages.js';

const member = (userId: string, role: Role) => ({ userId, role, readSeq: 0, deliveredSeq: 0 });
const group = (role: Role, rest: Partial<Chat> = {}) =>
  chatState({ lastChange: 0, members: [member('ann', role), member('ben', 'member')], ...rest });
const direct = chatState({ type: 'direct', lastChange: 0 });
const offered = (rights: Rights): string =>
  Object.entries(rights)
    .flatMap(([what, may]) => (may ? [what] : []))
    .join(' ');

const mine = message(1, { senderId: 'ann' });
const theirs = message(2, { senderId: 'ben' });
const waiting: Pending = {
  ...{ clientId: 'new', chatId: 'chat', body: 'new', replyTo: null },
  ...{ at: mine.sentAt, state: 'waiting' },
};

describe('what may be done with a message', () => {
  it('is everything with one’s own, and pinning in groups by who manages them', () => {
    expect(offered(rightsTo(mine, group('member')))).to.equal('edit delete hide forward react');
    expect(offered(rightsTo(mine, group('admin')))).to.equal('edit delete hide forward react pin');
    expect(offered(rightsTo(mine, direct))).to.equal('edit delete hide forward react pin');
  });

  it('is to react to those of others, and to delete them in groups by who manages them', () => {
    expect(offered(rightsTo(theirs, group('member')))).to.equal('hide forward react');
    expect(offered(rightsTo(theirs, group('owner')))).to.equal('delete hide forward react pin');
    expect(offered(rightsTo(theirs, direct))).to.equal('hide forward react pin');
  });

  it('is not to take it elsewhere where nobody may, nor to edit what somebody else has said first', () => {
    expect(offered(rightsTo(theirs, group('member', { noForwards: true })))).to.equal('hide react');
    const forwardedFrom = { userId: 'ben', displayName: 'Ben', sentAt: mine.sentAt };
    expect(offered(rightsTo({ ...mine, forwardedFrom }, group('member')))).to.equal('delete hide forward react');
  });

  it('is nothing with what was deleted but to hide it, and nothing where the server counts no changes', () => {
    const gone = message(1, { senderId: 'ann', body: '', deletedAt: mine.sentAt });
    expect(offered(rightsTo(gone, group('owner'))), 'while that may be taken back').to.equal('');
    expect(offered(rightsTo({ ...gone, deletedBy: 'ann' }, group('owner')))).to.equal('hide');
    expect(offered(rightsTo(mine, chatState()))).to.equal('');
  });

  it('is to edit and to delete what the server cannot have, whatever it takes', () => {
    expect(offered(rightsTo(shownOf(waiting, 'ann'), chatState()))).to.equal('edit delete');
    const failed: Pending = { ...waiting, tried: true, state: 'failed' };
    expect(offered(rightsTo(shownOf(failed, 'ann'), chatState()))).to.equal('edit delete');
    const tried: Pending = { ...waiting, tried: true };
    expect(offered(rightsTo(shownOf(tried, 'ann'), chatState()))).to.equal('');
    expect(offered(rightsTo(shownOf(tried, 'ann'), group('member')))).to.equal('edit delete');
    const copy: Pending = { ...waiting, forward: { chatId: 'other', seq: 1 } };
    expect(offered(rightsTo(shownOf(copy, 'ann'), chatState())), 'a copy is not edited').to.equal('delete');
  });
});
