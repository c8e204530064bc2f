import { expect } from 'chai';
import { listSessions } from '#functions/auth/listSessions.js';
import type { Session } from '#functions/domain/model.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

const session = (id: string, device: string | null): Session => ({
  id,
  device,
  createdAt: '2026-01-01T00:00:00.000Z',
  lastUsedAt: '2026-01-02T00:00:00.000Z',
});

describe('listSessions', () => {
  it("lists the caller's devices and says which one asks", async () => {
    const phone = session(uuid(901), 'phone');
    const unnamed = session(uuid(902), null);
    const ports = somePorts({
      sessions: {
        list: async (userId, now) => (userId === uuid(1) && now === '2026-01-02T03:04:05.678Z' ? [phone, unnamed] : []),
      },
    });
    expect(await listSessions.handle(testContext({ ports, caller: {} }), testEvent({}))).to.deep.equal({
      reply: {
        sessions: [
          { ...phone, current: true },
          { ...unnamed, current: false },
        ],
      },
    });
  });
});
