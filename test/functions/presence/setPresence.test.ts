import { expect } from 'chai';
import { Check } from 'typebox/value';
import { setPresence } from '#functions/presence/setPresence.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';
import { CHAT } from '../../support/samples.js';

const ANN = uuid(2);
const BEN = uuid(3);
const LONER = uuid(4);
const now = new Date(NOW).toISOString();
const EARLY = '2026-01-01T00:00:00.000Z';
const LATE = '2026-01-01T00:00:09.000Z';

function contextWith({ online = [] as string[] } = {}) {
  const seen: [string, string][] = [];
  const context = testContext({
    ports: somePorts({
      chats: { presenceIdsOf: async userId => (userId === LONER ? [] : [CHAT, uuid(101)]) },
      presence: { online: async ids => new Set(online.filter(id => ids.includes(id))) },
      users: { setLastSeen: async (userId, at) => void seen.push([userId, at]) },
    }),
  });
  return { context, seen };
}

const changed = (userId: string, status: string, lastSeenAt: string) => ({
  send: 'presence:changed',
  data: { userId, status, lastSeenAt },
  to: [`chat:${CHAT}`, `chat:${uuid(101)}`],
  except: [`user:${userId}`],
});

const offline = (userId: string, lastSeenAt?: string | null) =>
  testEvent({ userId, status: 'offline' as const, ...(lastSeenAt !== undefined && { lastSeenAt }) });

describe('setPresence', () => {
  it('keeps when a user was last seen, and tells those in their chats but not the user', async () => {
    const { context, seen } = contextWith();
    const outcome = await setPresence.handle(context, [offline(ANN, EARLY)]);
    expect(seen).to.deep.equal([[ANN, EARLY]]);
    expect(outcome).to.deep.equal({ items: [{}], emit: [changed(ANN, 'offline', EARLY)] });
  });

  it('tells that somebody is online whom a late hint calls offline', async () => {
    const { context, seen } = contextWith({ online: [ANN] });
    const { emit } = await setPresence.handle(context, [offline(ANN, EARLY)]);
    expect(emit).to.deep.equal([changed(ANN, 'online', now)]);
    expect(seen).to.deep.equal([]);
  });

  it('tells that somebody is offline whom a late hint calls online', async () => {
    const { context } = contextWith();
    const { emit } = await setPresence.handle(context, [
      testEvent({ userId: ANN, status: 'online' as const, lastSeenAt: EARLY }),
    ]);
    expect(emit).to.deep.equal([changed(ANN, 'offline', EARLY)]);
  });

  it('looks again when it has told, and tells who has come back meanwhile, until nothing is different', async () => {
    const { context: before } = contextWith();
    const told = await setPresence.handle(before, [offline(ANN, EARLY), offline(BEN, EARLY)]);
    const { context } = contextWith({ online: [ANN] });
    const events = [offline(ANN, EARLY), offline(BEN, EARLY)];
    const again = await setPresence.settle?.(context, events, told);
    expect(again).to.deep.equal({ emit: [changed(ANN, 'online', now)], unsettled: true });
    expect(await setPresence.settle?.(context, events, again ?? {})).to.deep.equal({});
  });

  it('tells each user once a batch, as last seen by the latest hint in whatever order', async () => {
    const { context, seen } = contextWith();
    const events = [offline(ANN, LATE), offline(BEN, EARLY), offline(ANN, EARLY)];
    const { items, emit } = await setPresence.handle(context, events);
    expect(items).to.have.length(3);
    expect(emit).to.deep.equal([changed(ANN, 'offline', LATE), changed(BEN, 'offline', EARLY)]);
    expect(seen).to.have.deep.members([
      [ANN, LATE],
      [BEN, EARLY],
    ]);
  });

  for (const [what, hint] of [
    ['does not say', undefined],
    ['says null', null],
    ['is ahead of time', '2999-01-01T00:00:00.000Z'],
  ] as const) {
    it(`counts a user as seen just now when the hint ${what}`, async () => {
      const { context, seen } = contextWith();
      await setPresence.handle(context, [offline(ANN, hint)]);
      expect(seen).to.deep.equal([[ANN, now]]);
    });
  }

  it('tells nobody about somebody without chats, and still keeps when they were seen', async () => {
    const { context, seen } = contextWith();
    expect(await setPresence.handle(context, [offline(LONER, EARLY)])).to.deep.equal({ items: [{}], emit: [] });
    expect(seen).to.deep.equal([[LONER, EARLY]]);
  });

  it('ignores members that it does not know', () => {
    expect(Check(setPresence.input, { userId: ANN, status: 'online', device: 'phone' })).to.equal(true);
    expect(Check(setPresence.input, { userId: ANN, status: 'away' })).to.equal(false);
  });
});
