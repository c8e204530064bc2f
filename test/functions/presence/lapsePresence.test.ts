import { expect } from 'chai';
import { LAPSES_A_RUN } from '#functions/domain/presence.js';
import { lapsePresence } from '#functions/presence/lapsePresence.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

function contextWith(lapsed: string[], online: readonly string[] = []) {
  const forgotten: (readonly string[])[] = [];
  const context = testContext({
    ports: somePorts({
      presence: {
        lapsed: async () => lapsed,
        online: async asked => new Set(asked.filter(id => online.includes(id))),
        forget: async userIds => void forgotten.push(userIds),
      },
    }),
  });
  return { context, forgotten };
}

const tick = testEvent({});

describe('lapsePresence', () => {
  it('says that the users of a dead gateway are offline, and does not forget them before that is safe', async () => {
    const { context, forgotten } = contextWith([uuid(2)]);
    expect(await lapsePresence.handle(context, tick)).to.deep.equal({
      publish: [
        {
          type: 'minitelegram.presence.changed.v1',
          data: { userId: uuid(2), status: 'offline', lastSeenAt: new Date(NOW).toISOString() },
        },
      ],
    });
    expect(forgotten).to.deep.equal([]);
  });

  it('says that the users of a gateway are online that seemed to be dead', async () => {
    const { context } = contextWith([uuid(2), uuid(3)], [uuid(3)]);
    const { publish } = await lapsePresence.handle(context, tick);
    expect(publish?.map(({ data }) => data)).to.deep.equal([
      { userId: uuid(2), status: 'offline', lastSeenAt: new Date(NOW).toISOString() },
      { userId: uuid(3), status: 'online', lastSeenAt: new Date(NOW).toISOString() },
    ]);
  });

  it('then forgets those that it told of, and not those who lapsed meanwhile', async () => {
    const lapsed = [uuid(2), uuid(3)];
    const { context, forgotten } = contextWith(lapsed);
    const outcome = await lapsePresence.handle(context, tick);
    lapsed.push(uuid(4));
    await lapsePresence.settle!(context, tick, { outcome });
    expect(forgotten).to.deep.equal([[uuid(2), uuid(3)]]);
  });

  it('asks for nothing when nobody lapsed', async () => {
    const { context, forgotten } = contextWith([]);
    const outcome = await lapsePresence.handle(context, tick);
    expect(outcome).to.deep.equal({});
    await lapsePresence.settle!(context, tick, { outcome });
    expect(forgotten).to.deep.equal([]);
  });

  it('takes no more on than one run can publish', async () => {
    const { context } = contextWith(Array.from({ length: LAPSES_A_RUN + 1 }, (_, i) => uuid(i)));
    expect((await lapsePresence.handle(context, tick)).publish).to.have.length(LAPSES_A_RUN);
  });
});
