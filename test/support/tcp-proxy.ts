/** A stretch of network that can break: it carries TCP to a target until told otherwise. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface TcpProxy {
  readonly port: number;
  /** Resets all connections and accepts no more. */
  cut(): void;
  /** Carries nothing on, and tells nobody: what a lost route looks like. */
  stall(): void;
  /** Holds up everything that it carries by so many milliseconds, a chunk at a time. */
  slow(ms: number): void;
  /** Says something to all who are connected, as if the target had; only when it says nothing itself just then. */
  say(bytes: Buffer): void;
  /** Carries new connections again, and those that were stalled, at full speed. */
  mend(): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const held = new Set<() => void>();
  let mode: 'open' | 'cut' | 'stalled' = 'open';
  let lagMs = 0;

  const toll = () =>
    new Transform({
      transform(chunk, _encoding, done) {
        const pass = () => done(null, chunk);
        if (mode === 'stalled') held.add(pass);
        else if (lagMs > 0) setTimeout(pass, lagMs);
        else pass();
      },
    });

  const server = createServer(near => {
    if (mode === 'cut') return void near.resetAndDestroy();
    const far = connect(target);
    clients.add(near);
    near.on('close', () => clients.delete(near));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay();
      from.pipe(toll()).pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        // After an orderly end, what is under way still arrives.
        if (!from.readableEnded) to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const cut = () => {
    mode = 'cut';
    held.clear();
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    cut,
    stall() {
      mode = 'stalled';
    },
    slow(ms) {
      lagMs = ms;
    },
    say(bytes) {
      for (const client of clients) client.write(bytes);
    },
    mend() {
      mode = 'open';
      lagMs = 0;
      for (const pass of held) pass();
      held.clear();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
