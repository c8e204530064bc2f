/** Who a request is from: nobody is believed about that but the proxies that the operator named. */
import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { networkOf, parseNetworks } from '#runtime/core/network.js';
import { trustedProxies } from '#runtime/http/connections/client-address.js';
import { eventually } from '../../../support/eventually.js';
import { type Front, front } from '../../../support/front.js';
import { request } from '../../../support/rest.js';

const from = (remoteAddress: string, forwardedFor?: string): IncomingMessage =>
  ({
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;

describe("a client's address", () => {
  const cases: [what: string, trusted: string | undefined, peer: string, header: string | undefined, client: string][] =
    [
      ['that of the connection', undefined, '192.0.2.1', undefined, '192.0.2.1'],
      ['IPv4, where a socket for both versions says it as IPv6', undefined, '::ffff:192.0.2.1', undefined, '192.0.2.1'],
      ['that of the connection, whatever it claims', undefined, '127.0.0.1', '203.0.113.9', '127.0.0.1'],
      ['that of the connection, when another proxy is trusted', '10.0.0.1', '10.0.0.2', '203.0.113.9', '10.0.0.2'],
      ['the one that a trusted proxy names', '10.0.0.1', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
      ['the one that a proxy in a trusted network names', '10.0.0.0/8', '10.9.8.7', '203.0.113.9', '203.0.113.9'],
      ['the one that a proxy over both versions names', '10.0.0.0/8', '::ffff:10.9.8.7', '203.0.113.9', '203.0.113.9'],
      ['the same with the network as IPv6', '::ffff:10.0.0.0/104', '10.9.8.7', '203.0.113.9', '203.0.113.9'],
      ['the one that an IPv6 proxy names', 'fd00::/8', 'fd12::1', '2001:db8::7', '2001:db8::7'],
      [
        'not what the client itself put in front',
        '10.0.0.1',
        '10.0.0.1',
        '127.0.0.1, 1.2.3.4, 203.0.113.9',
        '203.0.113.9',
      ],
      [
        'the first that is not trusted, over two proxies',
        '10.0.0.0/8',
        '10.0.0.1',
        '203.0.113.9,10.0.0.2',
        '203.0.113.9',
      ],
      ['the outermost, when all are trusted', '10.0.0.0/8', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
      ['the proxy, when it names none', '10.0.0.1', '10.0.0.1', undefined, '10.0.0.1'],
      ['the proxy, when it names nothing', '10.0.0.1', '10.0.0.1', '', '10.0.0.1'],
      ['the proxy, when what it names is junk', '10.0.0.1', '10.0.0.1', '203.0.113.9, <script>', '10.0.0.1'],
      ['the proxy, when what it names is a number', '10.0.0.1', '10.0.0.1', '2130706433', '10.0.0.1'],
      ['the proxy, when what it names is hidden', '10.0.0.1', '10.0.0.1', 'unknown', '10.0.0.1'],
      ['without the port that some proxies add', '10.0.0.1', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
      ['without the port of IPv6', '10.0.0.1', '10.0.0.1', '[2001:db8::7]:4711', '2001:db8::7'],
      ['IPv4, where a proxy says it as IPv6', '10.0.0.1', '10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
      ['one and the same however it is written', '10.0.0.1', '10.0.0.1', '2001:0DB8:0:0::0007', '2001:db8::7'],
    ];
  for (const [what, trusted, peer, header, client] of cases) {
    it(`is ${what}`, () => {
      const proxies = trustedProxies(trusted === undefined ? [] : parseNetworks(trusted));
      expect(proxies.clientOf(from(peer, header))).to.equal(client);
    });
  }

  for (const [address, counted] of [
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    ['', ''],
  ] as const) {
    it(`${address || 'that is not known'} counts as ${counted || 'one'}`, () =>
      expect(networkOf(address)).to.equal(counted));
  }

  describe('at a gateway', () => {
    let the: Front;
    afterEach(() => the.close());

    const calls = () => the.invoker.calls.filter(({ binding }) => binding.trigger.kind !== 'connection');
    const addresses = () => new Set(calls().map(({ address }) => address));
    const named = { 'x-forwarded-for': '203.0.113.9' };

    /** Everything that a client can call: a plain route, one by Express, and both transports of a socket. */
    async function callEverything(): Promise<void> {
      await request(the.url, 'POST', '/v1/open', { body: {}, headers: named });
      const quoted = { 'content-type': 'application/json; charset="utf-8"' };
      await request(the.url, 'POST', '/v1/open', { body: {}, headers: { ...named, ...quoted } });
      for (const transport of ['polling', 'websocket']) {
        const client = io(the.url, {
          auth: { token: 'ann' },
          transports: [transport],
          extraHeaders: named,
          forceNew: true,
        });
        await client.emitWithAck('ask', {});
        client.disconnect();
      }
      await eventually('all calls', () => calls().length === 4);
    }

    it('is known to every call, and believed from nobody', async () => {
      the = await front();
      await callEverything();
      expect([...addresses()]).to.deep.equal(['127.0.0.1']);
    });

    it('is known to every call by what a trusted proxy says', async () => {
      the = await front({ trustProxy: '127.0.0.0/8, ::1' });
      await callEverything();
      expect([...addresses()]).to.deep.equal(['203.0.113.9']);
    });
  });
});
