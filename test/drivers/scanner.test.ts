/** What a scanner of files behind HTTP is given, and what is made of its answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { httpScanner } from '#runtime/drivers/scanner.js';
import { failureOf } from '../support/failure.js';

const bytes = Buffer.alloc(300_000, 'x');
const file = {
  size: bytes.length,
  async *read(start: number, end: number) {
    for (let at = start; at < end; at += 65_536) yield bytes.subarray(at, Math.min(end, at + 65_536));
  },
};

describe('a scanner of files', () => {
  let server: Server;
  let answer: [status: number, body: string] = [200, ''];
  let got = 0;

  before(async () => {
    server = createServer(async (request, response) => {
      got = 0;
      for await (const chunk of request) got += chunk.length;
      response.writeHead(answer[0], { Location: 'http://127.0.0.1:1/' }).end(answer[1]);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise(resolve => server.close(resolve)));

  const ask = (status: number, body = '') => {
    answer = [status, body];
    return httpScanner(`http://127.0.0.1:${(server.address() as AddressInfo).port}/scan`).isClean(file);
  };

  it('is posted all bytes, and says what is harmful in one of the ways that such scanners have', async () => {
    expect([await ask(200), await ask(204), await ask(200, '{"infected":false}')]).to.deep.equal([true, true, true]);
    expect(got).to.equal(bytes.length);
    const harmful = [
      await ask(406),
      await ask(200, '{"infected": true}'),
      await ask(201, '{"data":[{"is_infected":true}]}'),
    ];
    expect(harmful).to.deep.equal([false, false, false]);
  });

  it('has said nothing where it answers anything else, or does not answer', async () => {
    for (const status of [302, 400, 404, 500, 503])
      expect((await failureOf(() => ask(status))).code).to.equal('unavailable');
    const nobody = httpScanner('http://127.0.0.1:1/');
    expect((await failureOf(() => nobody.isClean(file))).code).to.equal('unavailable');
  });
});
