import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { start } from '#runtime/knative.js';
import { ask } from './ask.js';
import { until } from './hosted.js';

describe('A hosted function, among hostile clients', () => {
  let server: Server;
  let port: number;
  let streamEnded = false;
  before(async () => {
    const endless = () =>
      new Readable({
        read() {
          this.push('x'.repeat(1000));
        },
        destroy(error, done) {
          streamEnded = true;
          done(error);
        },
      });
    server = await start(context => (context.query.endless ? { body: endless() } : 'fine'), {
      port: 0,
      logLevel: 'silent',
      bodyLimit: 10,
    });
    ({ port } = server.address() as AddressInfo);
  });
  after(() => void server.close());

  async function say(text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', chunk => {
      heard += chunk;
    });
    socket.write(text);
    await once(socket, 'close');
    return heard;
  }

  it('refuses a body that turns out too large on its way, and hangs up', async () => {
    const heard = await say(
      'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n',
    );
    expect(heard)
      .to.match(/^HTTP\/1.1 413 Payload Too Large\r\n/)
      .and.to.include('FST_ERR_CTP_BODY_TOO_LARGE');
  });

  it('refuses a body that is announced too large, without waiting for it', async () => {
    const heard = await say('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n');
    expect(heard).to.match(/^HTTP\/1.1 413 /);
  });

  it('answers 400 to what is not HTTP', async () => {
    expect(await say('nonsense\r\n\r\n')).to.match(/^HTTP\/1.1 400 /);
  });

  it('goes on after a client left in the middle of its request', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n123');
    await once(server, 'request');
    socket.destroy();
    await once(socket, 'close');
    expect((await ask(port)).body).to.equal('fine');
  });

  it('ends a stream that nobody reads any more', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /?endless=1 HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await until('the end of the stream', () => streamEnded);
    expect((await ask(port)).body).to.equal('fine');
  });

  it('takes JSON nested as deep as the limit allows', async () => {
    const deep = await start((_, body) => ({ kind: typeof body }), { port: 0, logLevel: 'silent' });
    const body = `{"\\u0061":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const answer = await ask((deep.address() as AddressInfo).port, {
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([answer.status, answer.body]).to.deep.equal([200, '{"kind":"object"}']);
    deep.close();
  });
});
