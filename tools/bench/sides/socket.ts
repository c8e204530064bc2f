/** A Socket.IO server in a process of its own that acknowledges what it is asked: the same for ours and for the peer. */
import type { Side } from '../bench-case.js';
import type { SocketPlan, SocketResult } from '../load/socket-load.js';
import { inProcess } from '../load/worker.js';
import { ORDER, totalOf } from '../servers/order.js';
import { serve } from '../servers/serving.js';

const LOAD = new URL('../load/socket-load.js', import.meta.url);
const SOCKETS = 100;

export function socketSide(name: string, server: string): Side {
  return {
    name,
    async open() {
      const serving = await serve(new URL(`../servers/${server}.js`, import.meta.url));
      return {
        async round({ warmS, seconds }) {
          const { cpu, answers, p50, p99 } = await inProcess<SocketPlan, SocketResult>(LOAD, {
            ...{ url: serving.url, event: 'order', data: ORDER, sockets: SOCKETS, warmS, seconds },
            expected: ['total', String(totalOf(ORDER).total)],
            watched: { server: [{ pid: serving.pid }] },
          });
          const perAnswer = (name: 'server' | 'client') => (cpu.us[name] ?? 0) / answers;
          return {
            values: {
              'acks/s': answers / cpu.seconds,
              'server CPU µs/ack': perAnswer('server'),
              'p50 ms': p50,
              'p99 ms': p99,
            },
            cpu: { server: perAnswer('server'), client: perAnswer('client') },
            otherCores: cpu.otherCores,
          };
        },
        close: serving.stop,
      };
    },
  };
}
