/** A fresh server with many idle connections, in every round, since memory once taken is not given back. */
import type { Figures, Length, Side } from '../bench-case.js';
import type { IdlePlan, IdleResult } from '../load/idle-load.js';
import { inProcess } from '../load/worker.js';
import { serve } from '../servers/serving.js';
import { ONE_OF_EACH } from './fleet.js';
import { chats, people } from './population.js';

const LOAD = new URL('../load/idle-load.js', import.meta.url);
const SOCKETS = 10_000;
const CHATS_EACH = 5;
const SETTLE_S = 40;
/** In which each connection is pinged once. */
const REST_S = 30;

/** As many chats as people, each of five in a row: so everybody is in five. */
export const idleOurs = (folder?: string): Side => ({
  name: folder === undefined ? 'ours' : 'older build',
  async open(stage) {
    const lease = await stage.fleet(ONE_OF_EACH, folder);
    if ('missing' in lease) return lease;
    const { deployment } = lease;
    const sockets = SOCKETS * stage.options.length.scale;
    const everybody = await people(deployment, sockets);
    const memberships = everybody.map((_, at) =>
      Array.from({ length: CHATS_EACH }, (_, next) => everybody[(at + next) % sockets]!),
    );
    await chats(deployment.services!, memberships);
    const tokens = everybody.map(({ token }) => token);
    return {
      async round(length) {
        const gateway = await deployment.start('gateway');
        const result = await weigh(gateway, tokens, length);
        await gateway.stop(60_000);
        return result;
      },
      close: lease.close,
    };
  },
});

export const idleBare: Side = {
  name: 'bare Socket.IO',
  open: async () => ({
    async round(length) {
      const server = await serve(new URL('../servers/bare-socketio.js', import.meta.url));
      const tokens = Array.from({ length: SOCKETS * length.scale }, () => 'anybody');
      return weigh(server, tokens, length).finally(server.stop);
    },
    close: async () => {},
  }),
};

async function weigh(
  { url, pid }: { url: string; pid: number },
  tokens: readonly string[],
  { scale }: Length,
): Promise<Figures> {
  const [settleS, restS] = scale < 1 ? [1, 2] : [SETTLE_S, REST_S];
  const plan: IdlePlan = { url, pid, tokens, settleS, restS };
  const { emptyKb, kbPerSocket, restingCores, connectsPerS } = await inProcess<IdlePlan, IdleResult>(LOAD, plan);
  return {
    values: {
      'RSS kB/socket': kbPerSocket,
      'CPU at rest % of a core': restingCores * 100,
      'connects/s': connectsPerS,
      'RSS MB before': emptyKb / 1024,
      sockets: tokens.length,
    },
    cpu: {},
  };
}
