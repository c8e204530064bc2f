import { expect } from 'chai';
import { postMessage } from '#functions/messages/postMessage.js';
import { sendMessage } from '#functions/messages/sendMessage.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { aMessage, CHAT } from '../../support/samples.js';

const context = () => testContext({ ports: {}, caller: {} });
const event = testEvent({ chatId: CHAT, clientId: 'c1', body: 'hello' });

describe('postMessage', () => {
  it('sends what a socket would send', async () => {
    expect(await postMessage.handle(context(), event)).to.deep.equal(await sendMessage.handle(context(), event));
  });

  it('answers the stored message whole', async () => {
    const answer = aMessage({ seq: 42 });
    expect(await postMessage.settle!(context(), event, { outcome: {}, reply: answer })).to.deep.equal({
      status: 'created',
      reply: answer,
    });
  });

  it('answers that it is accepted when it is not known to be stored in time', async () => {
    expect(await postMessage.settle!(context(), event, { outcome: {} })).to.deep.equal({
      status: 'accepted',
      reply: { clientId: 'c1', status: 'accepted' },
    });
  });
});
