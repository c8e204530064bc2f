/** The images hold together: what they list is reachable, complete, and fits the functions that it leads to. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect } from 'chai';
import { all } from '#functions/services/all.js';
import { chatSvc } from '#functions/services/chat-svc.js';
import { gateway } from '#functions/services/gateway.js';
import { presenceSvc } from '#functions/services/presence-svc.js';
import type { Binding } from '#runtime/contract/service.js';

const IMAGES = [gateway, chatSvc, presenceSvc, all];
const SHARED = ['access', 'domain', 'ports', 'stores', 'services', 'entrypoints', 'launch'];
const SOURCES = new URL('../../../functions/', import.meta.url);

/** What sets a binding off, in one line; two bindings of one image with the same would shadow each other. */
const triggerOf = ({ trigger }: Binding): string => {
  switch (trigger.kind) {
    case 'http':
      return `${trigger.method} ${trigger.path.replace(/:\w+/g, ':')}`;
    case 'socket':
      return `socket ${trigger.event}`;
    case 'connection':
      return `connection ${trigger.on}`;
    case 'queue':
      return `queue ${trigger.queue}`;
    case 'event':
      return `event ${trigger.type}`;
    case 'timer':
      return `timer ${trigger.everyMs}`;
  }
};

for (const image of IMAGES) {
  describe(`the image ${image.name}`, () => {
    it('answers no trigger twice', () => {
      const triggers = image.bindings.map(triggerOf);
      expect(triggers).to.have.length(new Set(triggers).size);
    });

    it('lists the queues that it consumes', () => {
      const consumed = image.bindings.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queue] : []));
      expect(image.queues.map(({ name }) => name)).to.include.members(consumed);
    });
  });
}

describe('the images together', () => {
  it('give each function the members that its path names', () => {
    for (const { trigger, fn } of all.bindings) {
      if (trigger.kind !== 'http') continue;
      const named = [...trigger.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      expect(Object.keys(fn.input.properties), trigger.path).to.include.members(named);
    }
  });

  it('let in from outside only what asks who calls, and have somebody to decide', () => {
    for (const { trigger, fn } of all.bindings) {
      const fromOutside = ['http', 'socket', 'connection'].includes(trigger.kind);
      expect(fn.access === 'internal', `${fn.name} by ${trigger.kind}`).to.equal(!fromOutside);
      if (fromOutside) expect(all.guard).to.have.property('authorize');
    }
  });

  it('take batches for functions of batches, so many at most that one invocation has them in memory', () => {
    for (const { trigger, fn } of all.bindings) {
      if (trigger.kind !== 'queue') continue;
      expect(fn.batch, fn.name).to.equal(true);
      expect(trigger.batch.size).to.be.within(1, 5_000);
      expect(trigger.batch.text).to.be.within(1024, 1024 * 1024);
    }
  });

  it('set off every function that there is', () => {
    const functions = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter(file => /^(\w+\/)?\w+\.ts$/.test(file) && file !== 'define.ts' && !SHARED.includes(dirname(file)))
      .map(file => basename(file, '.ts'));
    expect([...new Set(all.bindings.map(({ fn }) => fn.name))]).to.have.members(functions);
  });

  it('keep the order of messages in each chat, and of what one connection sends', () => {
    for (const queue of ['chat.messages', 'chat.changes']) {
      expect(all.queues.find(({ name }) => name === queue)?.partitions).to.equal(8);
    }
    const ordered = all.bindings.flatMap(({ trigger }) =>
      trigger.kind === 'socket' && trigger.ordered ? [trigger.event] : [],
    );
    const changes = ['edit', 'delete', 'react', 'pin'].map(kind => `message:${kind}`);
    expect(ordered).to.deep.equal(['message:send', ...changes, 'message:delivered', 'message:read']);
  });

  it('consume every queue, each in one place', () => {
    const consumed = [chatSvc, presenceSvc].flatMap(({ bindings }) =>
      bindings.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queue] : [])),
    );
    expect(consumed).to.have.members(all.queues.map(({ name }) => name));
  });
});
