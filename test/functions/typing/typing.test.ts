import { expect } from 'chai';
import { typing } from '#functions/typing/typing.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { CHAT } from '../../support/samples.js';

describe('typing', () => {
  it('tells the others in the chat, on none of the devices of who types', async () => {
    const context = testContext({ ports: {}, caller: { userId: uuid(7) } });
    expect(await typing.handle(context, testEvent({ chatId: CHAT, active: true }))).to.deep.equal({
      reply: {},
      emit: [
        {
          send: 'typing',
          data: { chatId: CHAT, userId: uuid(7), active: true },
          to: [`chat:${CHAT}`],
          except: [`user:${uuid(7)}`],
        },
      ],
    });
  });
});
