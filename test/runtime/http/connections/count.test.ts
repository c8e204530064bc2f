/** TCP connections of one network: whatever they do not say, others come in. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { eventually } from '../../../support/eventually.js';
import { type Front, type FrontOptions, front } from '../../../support/front.js';
import { request } from '../../../support/rest.js';

const LET_ME_UP =
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

describe('TCP connections of one network', () => {
  let the: Front;
  const sockets: Socket[] = [];
  const closed = new Set<Socket>();
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await the.close();
  });

  const open = (each: number, all: number, options: FrontOptions = {}) =>
    front({ shares: { connections: { each, all } }, ...options });
  async function dial(from: string, text = ''): Promise<Socket> {
    const socket = connect({ port: the.port, host: '127.0.0.1', localAddress: from }).on('error', () => {});
    sockets.push(socket.once('close', () => closed.add(socket)));
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }
  const others = async () => (await request(the.url, 'GET', '/health/liveness')).status;

  it('have a share, silent, slow or idle, and others come in beside them', async () => {
    the = await open(3, 1_000);
    const silent = await dial('127.0.0.2');
    await dial('127.0.0.2', 'GET / HT');
    const idle = await dial('127.0.0.2', 'GET /health/liveness HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(idle, 'data');
    await once(await dial('127.0.0.2'), 'close');
    expect(await others()).to.equal(200);
    silent.destroy();
    await eventually('there is room', async () => {
      const next = await dial('127.0.0.2', 'GET /health/liveness HTTP/1.1\r\nhost: x\r\n\r\n');
      return Promise.race([once(next, 'data').then(() => true), once(next, 'close').then(() => false)]);
    });
  });

  it('do not count when they are WebSockets', async () => {
    the = await open(2, 1_000);
    for (let n = 0; n < 5; n++) {
      const [head] = (await once(await dial('127.0.0.2', LET_ME_UP), 'data')) as [Buffer];
      expect(head.toString()).to.match(/^HTTP\/1\.1 101 /);
    }
  });

  it('count once, though they ask for a protocol that is not spoken', async () => {
    the = await open(2, 1_000);
    await dial('127.0.0.2');
    const asking = await dial('127.0.0.2', 'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n');
    expect(String(await once(asking, 'data'))).to.match(/^HTTP\/1\.1 200 /);
  });

  it('do not count when they are those of a trusted proxy', async () => {
    the = await open(2, 1_000, { trustProxy: '127.0.0.2' });
    for (let n = 0; n < 5; n++) {
      const socket = await dial('127.0.0.2', 'GET /health/liveness HTTP/1.1\r\nhost: x\r\n\r\n');
      expect(String(await once(socket, 'data'))).to.match(/^HTTP\/1\.1 200 /);
    }
  });

  it('make room, the oldest first, when there is none left', async () => {
    the = await open(100, 12);
    const many: Socket[] = [];
    for (let n = 0; n < 12; n++) many.push(await dial('127.0.0.2'));
    expect(await others()).to.equal(200);
    await eventually('one has gone', () => many.some(socket => closed.has(socket)));
    expect(many.filter(socket => closed.has(socket))).to.deep.equal([many[0]]);
  });
});
