/** Health checks that a function brings itself, in all the ways in which they may answer. */
import type { Case } from './case.js';

// biome-ignore lint/suspicious/noExplicitAny: each runtime hands over a request and a reply of its own
export type Check = ((request: any, reply: any) => unknown) & { path?: string };

export const checks: Record<'returning' | 'replying' | 'elsewhere' | 'failing', { liveness: Check; readiness: Check }> =
  {
    returning: { liveness: () => 'alive', readiness: async () => ({ ready: true }) },
    replying: {
      liveness: (request, reply) => {
        reply
          .code(503)
          .header('X-Reason', request.query.why ?? 'none')
          .send('down');
      },
      readiness: (_, reply) => {
        setImmediate(() => reply.status(201).type('application/json').send({ late: true }));
      },
    },
    elsewhere: {
      liveness: Object.assign(
        async (_: unknown, reply: { code(status: number): void }) => {
          reply.code(202);
          return 'here';
        },
        { path: '/alive' },
      ),
      readiness: Object.assign(async (_: unknown, reply: { send(payload: string): unknown }) => reply.send('sent'), {
        path: '/ready',
      }),
    },
    failing: {
      liveness: () => {
        throw Object.assign(new Error('no pulse'), { statusCode: 503 });
      },
      readiness: async () => {
        throw new Error('not yet');
      },
    },
  };

const liveness = '/health/liveness';
const readiness = '/health/readiness';

export const health: Case[] = [
  { name: 'a check that returns a string', variant: 'returning', path: liveness },
  { name: 'a check that resolves to an object', variant: 'returning', path: readiness },
  { name: 'a check by HEAD', variant: 'returning', path: liveness, method: 'HEAD' },
  { name: 'a check that replies at once', variant: 'replying', path: `${liveness}?why=tired` },
  { name: 'a check that replies later', variant: 'replying', path: readiness },
  { name: 'a check that sets a status and returns', variant: 'elsewhere', path: '/alive' },
  { name: 'a check that returns its reply', variant: 'elsewhere', path: '/ready' },
  { name: 'a check at a path of its own is not at the usual one', variant: 'elsewhere', path: liveness },
  { name: 'a check that throws', variant: 'failing', path: liveness },
  { name: 'a check that rejects', variant: 'failing', path: readiness },
];
