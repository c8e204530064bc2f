import { expect } from 'chai';
import { disconnect } from '#functions/presence/disconnect.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

const ANN = uuid(2);

const contextWith = (last: boolean) =>
  testContext({
    caller: { userId: ANN },
    ports: somePorts({
      presence: {
        disconnect: async (userId, id) => ({ last: last && userId === ANN && id === 'k1' }),
      },
    }),
  });

describe('disconnect', () => {
  it('says that the user is offline when it was their last connection', async () => {
    expect(await disconnect.handle(contextWith(true), testEvent({ connectionId: 'k1' }))).to.deep.equal({
      publish: [
        {
          type: 'minitelegram.presence.changed.v1',
          data: { userId: ANN, status: 'offline', lastSeenAt: new Date(NOW).toISOString() },
        },
      ],
    });
  });

  it('says nothing while another device is connected', async () => {
    expect(await disconnect.handle(contextWith(false), testEvent({ connectionId: 'k1' }))).to.deep.equal({
      publish: [],
    });
  });
});
