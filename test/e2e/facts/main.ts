/**
 * `node main.js IMAGE`: the product as it is, but for its table of facts, in which the witness subscribes to all; `witness`
 * is an image of its own, and in `all` one more function.
 */
import { type Entrypoint, run, type Service } from 'function-runtime';
import { product } from '#functions/entrypoints/main.js';
import type { Settings } from '#functions/entrypoints/settings.js';
import { bindings, rowsOn, witnessed } from './witness.js';

const chat = product(new URL('../../../../', import.meta.url));

const heard = ({ facts, ...service }: Service): Service =>
  facts
    ? { ...service, facts: { ...facts, facts: facts.facts.map(fact => ({ ...fact, subscribers: [witnessed] })) } }
    : service;

const joined = ({ service, ports, ...entrypoint }: Entrypoint<Settings>): Entrypoint<Settings> => ({
  ...entrypoint,
  service: {
    ...service,
    queues: [...service.queues, witnessed],
    bindings: [...service.bindings, ...bindings],
  },
  ports: (resources, opening) => ({
    ...ports(resources, opening),
    rows: async () => rowsOn(await resources.sql()),
  }),
});

await run({
  ...chat,
  entrypoints: { ...chat.entrypoints, witness: { requires: ['DSN', 'REDIS_ADDR', 'AMQP_URL'] } },
  async load(name) {
    if (name === 'witness') return import('./witness.js');
    const { entrypoint } = await chat.load(name);
    const told = { ...entrypoint, service: heard(entrypoint.service) };
    return { entrypoint: name === 'all' ? joined(told) : told };
  },
});
