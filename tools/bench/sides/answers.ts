/** A server in a process of its own that is asked one thing over and over: the same for ours, for a peer and for an older build. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Side } from '../bench-case.js';
import type { AskPlan, AskResult } from '../load/measured.js';
import { inProcess } from '../load/worker.js';
import { ANSWER, ORDER, totalOf } from '../servers/order.js';
import { serve } from '../servers/serving.js';

/** What is sent to a path, and that it is answered with `ANSWER`. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** On 32 connections. `folder` is that of an older build. */
export const httpSide = (name: string, server: string, asked: Asked, folder?: string): Side =>
  answersSide({
    name,
    unit: 'request',
    load: 'http',
    server,
    folder,
    asking: { ...asked, expected: ANSWER, connections: 32 },
  });

/** On 100 connections; the server acknowledges `order`. */
export const socketSide = (name: string, server: string, folder?: string): Side =>
  answersSide({
    ...{ name, unit: 'ack', load: 'socket', server, folder },
    asking: { event: 'order', data: ORDER, sockets: 100, expected: ['total', String(totalOf(ORDER).total)] },
  });

function answersSide(of: {
  readonly name: string;
  readonly unit: string;
  readonly load: 'http' | 'socket';
  readonly server: string;
  readonly folder: string | undefined;
  readonly asking: object;
}): Side {
  const { name, unit, load, server, folder, asking } = of;
  return {
    name,
    async open() {
      const serving = await serve(await fileOf(server, folder));
      return {
        async round({ warmS, seconds }) {
          const { cpu, answers, p50, p99 } = await inProcess<AskPlan, AskResult>(
            new URL(`../load/${load}-load.js`, import.meta.url),
            { ...asking, url: serving.url, warmS, seconds, watched: { server: [{ pid: serving.pid }] } },
          );
          const each = (process: 'server' | 'client') => (cpu.us[process] ?? 0) / answers;
          return {
            values: {
              [`${unit}s/s`]: answers / cpu.seconds,
              [`server CPU µs/${unit}`]: each('server'),
              'p50 ms': p50,
              'p99 ms': p99,
            },
            cpu: { server: each('server'), client: each('client') },
            otherCores: cpu.otherCores,
          };
        },
        close: serving.stop,
      };
    },
  };
}

async function fileOf(server: string, folder: string | undefined): Promise<URL> {
  if (folder === undefined) return new URL(`../servers/${server}.js`, import.meta.url);
  const at = (bench: string) => join(resolve(folder), 'dist', bench, 'servers', `${server}.js`);
  // Up to version 0.1 the bench was a part of the tests.
  const file = await access(at('tools/bench')).then(
    () => at('tools/bench'),
    () => at('test/bench'),
  );
  return pathToFileURL(file);
}
