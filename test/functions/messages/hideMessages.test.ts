import { expect } from 'chai';
import { Check } from 'typebox/value';
import { hideMessages } from '#functions/messages/hideMessages.js';
import type { OwnStateStore } from '#functions/ports/ownState.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { CHAT } from '../../support/samples.js';

const ME = uuid(1);
const STATE = { chatId: CHAT, rev: 3, hidden: [{ from: 1, to: 9 }] };

const contextWith = (answer: Awaited<ReturnType<OwnStateStore['hide']>>) =>
  testContext({
    caller: { userId: ME },
    ports: somePorts({
      ownState: {
        async hide(userId, chatId, stretch) {
          expect([userId, chatId, stretch]).to.deep.equal([ME, CHAT, { from: 1, to: 9 }]);
          return answer;
        },
      },
    }),
  });
const event = testEvent({ chatId: CHAT, upTo: 9 });

describe('hideMessages', () => {
  it('hides everything up to a seq, and tells the caller’s own connections what is hidden', async () => {
    expect(await hideMessages.handle(contextWith(STATE), event)).to.deep.equal({
      emit: [{ send: 'me:changed', data: { note: 3, chats: [STATE] }, to: [`user:${ME}`] }],
    });
  });

  for (const [answer, code] of [
    [undefined, 'forbidden'],
    ['unknown', 'not_found'],
    ['full', 'conflict'],
  ] as const) {
    it(`answers ${code} when the store says ${answer}`, async () => {
      expect((await failureOf(() => hideMessages.handle(contextWith(answer), event))).code).to.equal(code);
    });
  }

  it('takes no seq below the first', () => {
    const takes = (upTo: number) => Check(hideMessages.input, { chatId: CHAT, upTo });
    expect([0, 1, 1.5].map(takes)).to.deep.equal([false, true, false]);
  });
});
