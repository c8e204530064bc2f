import { expect } from 'chai';
import type { ChatStore } from '#functions/ports/chats.js';
import type { Ports } from '#functions/ports/index.js';
import { connect } from '#functions/presence/connect.js';
import { Failure } from '#runtime/contract/failure.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { CHAT } from '../../support/samples.js';

const ANN = uuid(2);
const event = testEvent({ connectionId: 'k1' });
const rooms = [`user:${ANN}`, `session:${uuid(901)}`, `chat:${CHAT}`, `chat:${uuid(101)}`];

const contextWith = (connecting: Ports['presence']['connect'], idsOf: ChatStore['idsOf']) =>
  testContext({
    caller: { userId: ANN },
    ports: somePorts({
      chats: { idsOf },
      presence: { connect: connecting },
    }),
  });

const inTwoChats: ChatStore['idsOf'] = async userId => (userId === ANN ? [CHAT, uuid(101)] : []);

describe('connect', () => {
  it("puts the connection into the caller's rooms, and says that they are online when it is their first", async () => {
    const context = contextWith(async (userId, id) => ({ first: userId === ANN && id === 'k1' }), inTwoChats);
    expect(await connect.handle(context, event)).to.deep.equal({
      rooms,
      publish: [
        {
          type: 'minitelegram.presence.changed.v1',
          data: { userId: ANN, status: 'online', lastSeenAt: new Date(NOW).toISOString() },
        },
      ],
    });
  });

  it('says nothing for another device of somebody online', async () => {
    const context = contextWith(async () => ({ first: false }), inTwoChats);
    expect(await connect.handle(context, event)).to.deep.equal({ rooms, publish: [] });
  });

  it('lets people chat while presence is away', async () => {
    const away = () => Promise.reject(new Failure('unavailable', 'presence is away'));
    expect(await connect.handle(contextWith(away, inTwoChats), event)).to.deep.equal({ rooms, publish: [] });
  });

  it('hides no defect of presence', async () => {
    const broken = () => Promise.reject(new Failure('internal', 'wrong key'));
    const failure = await failureOf(() => connect.handle(contextWith(broken, inTwoChats), event));
    expect(failure.code).to.equal('internal');
  });

  it('refuses the connection, before presence hears of it, when its rooms cannot be known', async () => {
    let connected = false;
    const connecting = async () => {
      connected = true;
      return { first: true };
    };
    const away = () => Promise.reject(new Failure('unavailable', 'the database is away'));
    const failure = await failureOf(() => connect.handle(contextWith(connecting, away), event));
    expect([failure.code, connected]).to.deep.equal(['unavailable', false]);
  });
});
