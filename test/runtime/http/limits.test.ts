/** Senders that are slow, endless, silent or many: each is cut off, and others do not notice. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { type Front, front } from '../../support/front.js';
import { request } from '../../support/rest.js';

const LIMITS = {
  headersTimeoutMs: 400,
  requestTimeoutMs: 800,
  checkEveryMs: 50,
  headerBytes: 4_096,
  headerCount: 20,
  connections: 5,
};

/** Who writes to a connection that the server has closed is told so by a reset, which may overtake the answer. */
const TOLD_WHY = /^(HTTP\/1\.1 408 |$)/;
const POST = 'POST /v1/open HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10000\r\n\r\n';

describe('limits of the HTTP server', () => {
  let the: Front;
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];

  beforeEach(async () => {
    the = await front({ limits: LIMITS });
  });
  afterEach(async () => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const socket of sockets.splice(0)) socket.destroy();
    await the.close();
  });

  interface Sender {
    readonly socket: Socket;
    heard(): string;
    /** Milliseconds from now to when the server has ended the connection. */
    cut(): Promise<number>;
  }

  async function dial(): Promise<Sender> {
    const socket = connect(the.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    let heard = '';
    let closed = false;
    socket.on('data', bytes => {
      heard += bytes.toString();
    });
    socket.on('close', () => {
      closed = true;
    });
    await once(socket, 'connect');
    const since = performance.now();
    return {
      socket,
      heard: () => heard,
      cut: async () => {
        await eventually('the connection is cut', () => closed, { within: 5_000 });
        return performance.now() - since;
      },
    };
  }

  const drip = (socket: Socket, next: () => string): void => {
    timers.push(
      setInterval(() => {
        if (socket.writable) socket.write(next());
      }, 50),
    );
  };
  const others = async () => expect((await request(the.url, 'GET', '/health/liveness')).status).to.equal(200);

  it('cuts who never comes to the end of the headers', async () => {
    const { socket, cut, heard } = await dial();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
    let count = 0;
    drip(socket, () => `x-${++count}: y\r\n`);
    await others();
    expect(await cut()).to.be.within(300, 3_000);
    expect(heard()).to.match(TOLD_WHY);
  });

  it('tells who stops in the middle of the headers, or of the body, that it took too long', async () => {
    const [headers, body] = [await dial(), await dial()];
    headers.socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
    body.socket.write(`${POST}{`);
    await Promise.all([headers.cut(), body.cut()]);
    for (const { heard } of [headers, body]) expect(heard()).to.match(/^HTTP\/1\.1 408 /);
  });

  it('cuts who sends one character at a time', async () => {
    const { socket, cut } = await dial();
    drip(socket, () => 'G');
    expect(await cut()).to.be.below(3_000);
  });

  it('cuts who says nothing at all', async () => {
    const { cut } = await dial();
    expect(await cut()).to.be.within(300, 3_000);
  });

  it('cuts who never comes to the end of the body', async () => {
    const { socket, cut, heard } = await dial();
    socket.write(POST);
    drip(socket, () => ' ');
    await others();
    expect(await cut()).to.be.within(700, 4_000);
    expect(heard()).to.match(TOLD_WHY);
    expect(the.invoker.calls).to.deep.equal([]);
  });

  it('refuses headers that are too long with 431', async () => {
    const { socket, cut, heard } = await dial();
    socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(5_000)}\r\n\r\n`);
    await cut();
    expect(heard()).to.match(/^HTTP\/1\.1 431 /);
  });

  it('answers what is no HTTP with 400, and hangs up', async () => {
    const { socket, cut, heard } = await dial();
    socket.write('\u0016\u0003\u0001 this is no HTTP\r\n\r\n');
    await cut();
    expect(heard()).to.match(/^HTTP\/1\.1 400 /);
  });

  it('closes connections beyond what it holds, and takes others when there is room', async () => {
    const held = [];
    for (let count = 0; count < LIMITS.connections; count++) held.push(await dial());
    const beyond = await dial();
    expect(await beyond.cut()).to.be.below(300);
    for (const { socket } of held) socket.destroy();
    await eventually('there is room', others);
  });

  it('leaves who is quick and then idle alone', async () => {
    const { socket, heard } = await dial();
    const ask = () => socket.write('GET /health/liveness HTTP/1.1\r\nhost: x\r\n\r\n');
    ask();
    await eventually('an answer', () => heard().includes('HTTP/1.1 200 '));
    const until = Date.now() + 2 * LIMITS.requestTimeoutMs;
    await eventually('the time is over', () => Date.now() > until);
    ask();
    await eventually('another answer', () => heard().split('HTTP/1.1 200 ').length === 3);
  });
});
