/** Clients that send requests ahead of their answers, one behind the other on one connection. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { eventually } from '../../../support/eventually.js';
import { type Front, front } from '../../../support/front.js';
import { request } from '../../../support/rest.js';

const MOST_AHEAD = 16;
const BODY = `{}${' '.repeat(10_000)}`;
const POST = `POST /v1/open HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

describe('requests that are sent ahead', () => {
  let the: Front;
  let client: Socket;
  let heard: string;
  /** The answers that the function is asked for, in turn. */
  let asked: (() => void)[];

  beforeEach(async () => {
    the = await front();
    asked = [];
    for (const name of ['open', 'things']) {
      the.invoker.on(name, () => new Promise(go => asked.push(() => go({ reply: {} }))));
    }
    heard = '';
    client = connect(the.port, '127.0.0.1').on('error', () => {});
    client.on('data', bytes => {
      heard += bytes.toString();
    });
    await once(client, 'connect');
  });
  afterEach(async () => {
    client.destroy();
    await the.close();
  });

  const answers = (): number => heard.split('HTTP/1.1 200').length - 1;
  /** What a network may hold is all free. */
  const nothingIsHeld = (): boolean =>
    the.bounds.bytes.refuses('127.0.0.1', the.bounds.limits.bytes.each) === undefined;

  it('are answered, whoever is done first, in their order', async () => {
    client.write(POST.repeat(MOST_AHEAD));
    await eventually('all are asked', () => asked.length === MOST_AHEAD);
    for (const go of asked.slice(1)) go();
    await new Promise(setImmediate);
    expect(answers()).to.equal(0);
    asked[0]?.();
    await eventually('all are answered', () => answers() === MOST_AHEAD);
  });

  it('may be as many again when those are answered', async () => {
    for (const times of [1, 2, 3]) {
      client.write(POST.repeat(MOST_AHEAD));
      await eventually('all are asked', () => asked.length === MOST_AHEAD);
      for (const go of asked.splice(0)) go();
      await eventually('all are answered', () => answers() === times * MOST_AHEAD);
    }
  });

  for (const [what, text] of [
    ['bodies', POST],
    ['nothing but headers', 'GET /v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ann\r\n\r\n'],
  ] as const) {
    it(`end the connection when there are more, with ${what}, without anything being done for the rest`, async () => {
      const closed = new Promise(resolve => client.once('close', resolve));
      client.write(text.repeat(1_000));
      await closed;
      await eventually('the connection is gone', async () => (await the.connections()) === 0);
      expect(the.invoker.calls.length).to.be.at.most(MOST_AHEAD);
      the.invoker.on('things', () => ({}));
      for (const go of asked) go();
      expect((await request(the.url, 'GET', '/v1/things', { token: 'ann' })).status).to.equal(204);
    });
  }

  it('are counted at Socket.IO as well', async () => {
    const closed = new Promise(resolve => client.once('close', resolve));
    client.write('GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(200));
    await closed;
    expect(heard.split('HTTP/1.1 200').length - 1).to.be.at.most(MOST_AHEAD);
  });

  it('hold nothing any more when their connection is lost, answered or not', async () => {
    client.write(POST.repeat(MOST_AHEAD));
    await eventually('all are asked', () => asked.length === MOST_AHEAD);
    expect(nothingIsHeld()).to.equal(false);
    client.destroy();
    await eventually('nothing is held', nothingIsHeld);
    for (const go of asked) go();
    await new Promise(setImmediate);
    expect(nothingIsHeld()).to.equal(true);
  });

  it('keep nobody from going when their connection is lost', async () => {
    client.write(POST.repeat(MOST_AHEAD));
    await eventually('all are asked', () => asked.length === MOST_AHEAD);
    client.destroy();
    await eventually('the connection is gone', async () => (await the.connections()) === 0);
    await the.end();
  });
});
