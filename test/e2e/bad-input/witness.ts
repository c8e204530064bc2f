/** Two bystanders who must notice nothing of what somebody else does wrong. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { directChat, send, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';
import type { Message } from '../../support/shapes.js';

export interface Witness {
  /** A message goes through, within the time, over the connections that were there from the beginning; nothing has died. */
  undisturbed(withinMs?: number): Promise<void>;
  leave(): void;
}

export async function witness(deployment: Deployment): Promise<Witness> {
  const [one, two] = deployment.gateways;
  const [writer, listener] = await Promise.all([signUp(one, 'Writer'), signUp(two, 'Listener')]);
  const chat = await directChat(writer, listener);
  const [writes, listens] = await Promise.all([writer.connect(), listener.connect()]);
  const pids = deployment.processes.map(({ pid }) => pid);
  let count = 0;
  return {
    undisturbed: async (withinMs = 10_000) => {
      const started = Date.now();
      const stored = await send(writes, chat.id, `message ${++count}`);
      expect(stored).to.include({ status: 'stored', seq: count });
      await listens.waitFor<Message>('message:new', ({ id }) => id === stored.id, withinMs);
      expect(Date.now() - started).to.be.below(withinMs);
      expect(deployment.processes.map(({ pid }) => pid)).to.deep.equal(pids);
      for (const gateway of [one, two]) {
        expect((await request(gateway, 'GET', '/health/liveness')).status).to.equal(200);
      }
    },
    leave: () => {
      writer.leave();
      listener.leave();
    },
  };
}
