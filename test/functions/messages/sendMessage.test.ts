import { expect } from 'chai';
import { sendMessage } from '#functions/messages/sendMessage.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { aMessage, CHAT } from '../../support/samples.js';

const context = () => testContext({ ports: {}, caller: { userId: uuid(7) } });
const event = testEvent({ chatId: CHAT, clientId: 'c1', body: 'hello' });

describe('sendMessage', () => {
  it('hands the message to the queue that orders its chat, under the name of who sent it', async () => {
    const { publish, reply } = await sendMessage.handle(context(), event);
    expect(reply).to.equal(undefined);
    expect(publish).to.deep.equal([
      {
        type: 'minitelegram.message.sent.v1',
        id: uuid(1001),
        data: {
          id: uuid(1001),
          chatId: CHAT,
          clientId: 'c1',
          senderId: uuid(7),
          body: 'hello',
          replyTo: null,
          sentAt: new Date(NOW).toISOString(),
        },
      },
    ]);
  });

  it('keeps what the message answers', async () => {
    const { publish } = await sendMessage.handle(context(), testEvent({ ...event.data, replyTo: uuid(5) }));
    expect(publish?.[0]?.data).to.include({ replyTo: uuid(5) });
  });

  it('keeps what the text is marked up with, and of which message it is to be a copy', async () => {
    const { body: _, ...unsaid } = event.data;
    const entities = [{ type: 'bold' as const, offset: 0, length: 5 }];
    for (const said of [
      { body: 'hello', entities },
      { body: 'hello', entities: [] },
      { forward: { chatId: uuid(101), seq: 3 } },
    ]) {
      const { publish } = await sendMessage.handle(context(), testEvent({ ...unsaid, ...said }));
      const [{ data } = { data: {} }] = publish ?? [];
      const { id, sentAt, senderId, replyTo, ...kept } = data as Record<string, unknown>;
      expect(kept).to.deep.equal({ ...unsaid, ...said });
    }
  });

  it('sends nothing that cannot be a message', async () => {
    const crossed = { entities: [{ type: 'bold' as const, offset: 3, length: 3 }] };
    const failure = await failureOf(() => sendMessage.handle(context(), testEvent({ ...event.data, ...crossed })));
    expect([failure.code, failure.errors?.[0]?.path]).to.deep.equal(['invalid', '/entities/0/length']);
  });

  it('answers the place of the stored message, which may be that of an earlier attempt', async () => {
    const answer = aMessage({ id: uuid(3), seq: 42, sentAt: '2025-12-31T23:59:59.000Z' });
    expect(await sendMessage.settle!(context(), event, { outcome: {}, reply: answer })).to.deep.equal({
      reply: { clientId: 'c1', status: 'stored', id: uuid(3), seq: 42, sentAt: '2025-12-31T23:59:59.000Z' },
    });
  });

  it('answers that it is accepted when its place is not known in time', async () => {
    expect(await sendMessage.settle!(context(), event, { outcome: {} })).to.deep.equal({
      status: 'accepted',
      reply: { clientId: 'c1', status: 'accepted' },
    });
  });

  it('sends nothing for nobody', async () => {
    const failure = await failureOf(() => sendMessage.handle(testContext({ ports: {} }), event));
    expect(failure.code).to.equal('unauthorized');
  });
});
