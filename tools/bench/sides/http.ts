/** A server in a process of its own, asked over HTTP: the same for ours and for the peer. */
import type { Side } from '../bench-case.js';
import type { HttpPlan, HttpResult } from '../load/http-load.js';
import { inProcess } from '../load/worker.js';
import { ANSWER } from '../servers/order.js';
import { serve } from '../servers/serving.js';

const LOAD = new URL('../load/http-load.js', import.meta.url);
const CONNECTIONS = 32;

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function httpSide(name: string, server: string, asked: Asked): Side {
  return {
    name,
    async open() {
      const serving = await serve(new URL(`../servers/${server}.js`, import.meta.url));
      return {
        async round({ warmS, seconds }) {
          const { cpu, requests, p50, p99 } = await inProcess<HttpPlan, HttpResult>(LOAD, {
            port: Number(new URL(serving.url).port),
            request: requestOf(asked),
            expected: ANSWER,
            connections: CONNECTIONS,
            warmS,
            seconds,
            watched: { server: [{ pid: serving.pid }] },
          });
          const perRequest = (name: 'server' | 'client') => (cpu.us[name] ?? 0) / requests;
          return {
            values: {
              'requests/s': requests / cpu.seconds,
              'server CPU µs/request': perRequest('server'),
              'p50 ms': p50,
              'p99 ms': p99,
            },
            cpu: { server: perRequest('server'), client: perRequest('client') },
            otherCores: cpu.otherCores,
          };
        },
        close: serving.stop,
      };
    },
  };
}

function requestOf({ path, headers, body }: Asked): string {
  const all = { host: 'bench', 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
