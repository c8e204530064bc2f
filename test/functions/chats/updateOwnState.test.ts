import { expect } from 'chai';
import { Check } from 'typebox/value';
import { updateOwnState } from '#functions/chats/updateOwnState.js';
import type { OwnState } from '#functions/domain/model.js';
import type { OwnStateChange } from '#functions/ports/ownState.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { CHAT } from '../../support/samples.js';

const ME = uuid(1);
const AT = new Date(NOW).toISOString();
const STATE: OwnState = { chatId: CHAT, rev: 7, pinned: true };

function contextWith(state: OwnState | undefined, changes: OwnStateChange[] = []) {
  return testContext({
    caller: { userId: ME },
    ports: somePorts({
      ownState: {
        async update(userId, chatId, change, now) {
          expect([userId, chatId, now]).to.deep.equal([ME, CHAT, AT]);
          changes.push(change);
          return state;
        },
      },
    }),
  });
}

describe('updateOwnState', () => {
  it('answers the state as it is then, and tells the caller’s own connections and nobody else', async () => {
    expect(await updateOwnState.handle(contextWith(STATE), testEvent({ chatId: CHAT, pinned: true }))).to.deep.equal({
      reply: STATE,
      emit: [{ send: 'me:changed', data: { note: 7, chats: [STATE] }, to: [`user:${ME}`] }],
    });
  });

  it('tells nobody of a state that was never anything', async () => {
    const state = { chatId: CHAT, rev: 0 };
    const outcome = await updateOwnState.handle(contextWith(state), testEvent({ chatId: CHAT, archived: false }));
    expect(outcome).to.deep.equal({ reply: state, emit: [] });
  });

  it('stores times to the millisecond, a draft without replyTo without it, and null as null', async () => {
    const changes: OwnStateChange[] = [];
    const context = contextWith(STATE, changes);
    const change = (data: object) => updateOwnState.handle(context, testEvent({ chatId: CHAT, ...data }));
    await change({ mutedUntil: '2027-01-01T00:00:00Z', draft: { body: ' a ', replyTo: null, at: AT } });
    await change({ mutedUntil: null, draft: null, notify: 'all' });
    await change({ draft: { body: '', replyTo: uuid(5), at: AT } });
    expect(changes).to.deep.equal([
      { mutedUntil: '2027-01-01T00:00:00.000Z', draft: { body: ' a ', at: AT } },
      { mutedUntil: null, draft: null, notify: 'all' },
      { draft: { body: '', replyTo: uuid(5), at: AT } },
    ]);
  });

  for (const [what, data, path] of [
    ['a change of nothing', {}, ''],
    ['a moment that is none', { mutedUntil: '2026-13-01T00:00:00Z' }, '/mutedUntil'],
    ['a draft of no time', { draft: { body: 'a', at: '2026-02-31T25:00:00Z' } }, '/draft/at'],
    [
      'a draft of the day after tomorrow',
      { draft: { body: 'a', at: new Date(NOW + 86_400_001).toISOString() } },
      '/draft/at',
    ],
  ] as const) {
    it(`refuses ${what}, naming the field`, async () => {
      const event = testEvent({ chatId: CHAT, ...data });
      const failure = await failureOf(() => updateOwnState.handle(contextWith(STATE), event));
      expect([failure.code, failure.errors?.[0]?.path]).to.deep.equal(['invalid', path]);
    });
  }

  it('takes drafts of 0 to 4096 code points, and three ways to be notified', () => {
    const takes = (data: object) => Check(updateOwnState.input, { chatId: CHAT, ...data });
    const bodies = ['', 'a', '🧗'.repeat(4096), '🧗'.repeat(4097), '\0'];
    expect(bodies.map(body => takes({ draft: { body, at: AT } }))).to.deep.equal([true, true, true, false, false]);
    const levels = ['all', 'mentions', 'none', 'some', null];
    expect(levels.map(notify => takes({ notify }))).to.deep.equal([true, true, true, false, false]);
    expect(takes({ draft: { body: 'a' } }), 'of no time').to.equal(false);
  });

  it('refuses who has just left', async () => {
    const failure = await failureOf(() =>
      updateOwnState.handle(contextWith(undefined), testEvent({ chatId: CHAT, pinned: true })),
    );
    expect(failure.code).to.equal('forbidden');
  });
});
