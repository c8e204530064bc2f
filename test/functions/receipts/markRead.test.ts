import { expect } from 'chai';
import { Check } from 'typebox/value';
import { markRead } from '#functions/receipts/markRead.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { CHAT } from '../../support/samples.js';

describe('markRead', () => {
  it("takes the caller's report on, for the queue", async () => {
    const context = testContext({ ports: {}, caller: { userId: uuid(7) } });
    expect(await markRead.handle(context, testEvent({ chatId: CHAT, seq: 12 }))).to.deep.equal({
      status: 'accepted',
      reply: {},
      publish: [
        {
          type: 'minitelegram.message.read.v1',
          data: { chatId: CHAT, userId: uuid(7), seq: 12, at: new Date(NOW).toISOString() },
        },
      ],
    });
  });

  it('takes seqs from 1 on', () => {
    const takes = (seq: unknown) => Check(markRead.input, { chatId: CHAT, seq });
    expect([0, 1, Number.MAX_SAFE_INTEGER, 2 ** 53, '1'].map(takes)).to.deep.equal([false, true, true, false, false]);
  });
});
