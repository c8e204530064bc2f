import { expect } from 'chai';
import { markDelivered } from '#functions/receipts/markDelivered.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { CHAT } from '../../support/samples.js';

describe('markDelivered', () => {
  it("takes the caller's report on, for its own queue", async () => {
    const context = testContext({ ports: {}, caller: { userId: uuid(7) } });
    expect(await markDelivered.handle(context, testEvent({ chatId: CHAT, seq: 12 }))).to.deep.equal({
      status: 'accepted',
      reply: {},
      publish: [
        {
          type: 'minitelegram.message.delivered.v1',
          data: { chatId: CHAT, userId: uuid(7), seq: 12, at: new Date(NOW).toISOString() },
        },
      ],
    });
  });
});
