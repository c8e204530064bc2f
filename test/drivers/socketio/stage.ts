/** A gateway with the real socket driver and a fake invoker, new for each test, and what is asked of it. */
import type { Socket as Client } from 'socket.io-client';
import type { Call } from '#runtime/contract/invoker.js';
import { LIMIT_MS } from '../../support/eventually.js';
import { type TestGateway, testGateway } from '../../support/gateway.js';

export interface Ack {
  ok: boolean;
  data?: unknown;
  error?: { code: string; message: string };
}

export const ask = (client: Client, event: string, ...args: unknown[]): Promise<Ack> =>
  client.timeout(LIMIT_MS).emitWithAck(event, ...args);

interface Stage {
  readonly gateway: TestGateway;
  /** Another gateway in its place, with these options. */
  reopen(options: Parameters<typeof testGateway>[0]): Promise<void>;
  /** The calls of the function of this name. */
  named(name: string): readonly Call[];
  /** Whether no connection is left. */
  gone(): boolean;
}

export function stage(): Stage {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await testGateway();
  });
  afterEach(() => gateway.close());
  return {
    get gateway() {
      return gateway;
    },
    async reopen(options) {
      await gateway.close();
      gateway = await testGateway(options);
    },
    named: name => gateway.invoker.calls.filter(({ binding }) => binding.fn.name === name),
    gone: () => gateway.server.connections() === 0,
  };
}
