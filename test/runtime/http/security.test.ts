/** What a browser is told with every answer, and what it is never told: that another origin may read one. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as send } from 'node:http';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { type Front, front } from '../../support/front.js';
import { request } from '../../support/rest.js';

const FOREIGN = 'https://elsewhere.example';
const POLLING = '/socket.io/?EIO=4&transport=polling';

const EXPECTED: Record<string, RegExp> = {
  'content-security-policy': /^default-src 'none';.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cache-control': /^no-store$/,
};

/** What means something to a document alone. */
const OF_DOCUMENTS: Record<string, RegExp> = {
  'referrer-policy': /^no-referrer$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\)/,
};

describe('security headers', () => {
  let the: Front;
  beforeEach(async () => {
    the = await front();
  });
  afterEach(() => the.close());

  const answers: [
    what: string,
    status: number,
    method: string,
    path: string,
    options?: Parameters<typeof request>[3],
  ][] = [
    ['liveness', 200, 'GET', '/health/liveness'],
    ['readiness that is not', 503, 'GET', '/health'],
    ['metrics', 200, 'GET', '/metrics'],
    ['the page', 200, 'GET', '/'],
    ['an event refused', 503, 'POST', '/'],
    ['a result', 204, 'POST', '/v1/open', { body: {} }],
    ['a path that there is not', 404, 'GET', '/nothing'],
    ['nobody', 401, 'GET', '/v1/things'],
    ['a body that is no JSON', 400, 'POST', '/v1/open', { raw: '{' }],
    ['a body of the wrong kind', 415, 'POST', '/v1/open', { raw: 'x', headers: { 'content-type': 'text/xml' } }],
    ['a body that is too big', 413, 'POST', '/v1/open', { raw: `{"a":"${'x'.repeat(2_000_000)}"}` }],
    ['a path that does not decode', 400, 'GET', '/v1/%zz'],
    ['a long-polling handshake', 200, 'GET', POLLING],
    ['a handshake of nobody knows what', 400, 'GET', '/socket.io/?EIO=4&transport=pigeon'],
    ['a question before another origin asks', 404, 'OPTIONS', '/v1/things'],
  ];
  for (const [what, status, method, path, options = {}] of answers) {
    it(`come with ${what}, and nothing for another origin`, async () => {
      const headers = { ...options.headers, origin: FOREIGN, 'access-control-request-method': 'GET' };
      const answer = await request(the.url, method, path, { ...options, headers });
      expect(answer.status).to.equal(status);
      for (const [name, value] of Object.entries(EXPECTED)) expect(answer.headers.get(name), name).to.match(value);
      const isDocument = answer.headers.get('content-type')?.startsWith('text/html') === true;
      for (const [name, value] of Object.entries(OF_DOCUMENTS))
        expect(value.test(answer.headers.get(name) ?? 'none'), name).to.equal(isDocument);
      for (const [name] of answer.headers) expect(name).not.to.match(/^access-control-|^x-powered-by$|^server$/);
      expect(answer.headers.has('strict-transport-security')).to.equal(false);
    });
  }

  it('ask for TLS where a trusted proxy ends TLS', async () => {
    const behind = await front({ trustProxy: '127.0.0.1' });
    for (const path of ['/', POLLING, '/health/liveness', '/v1/things']) {
      const { headers } = await request(behind.url, 'GET', path, { headers: { 'x-forwarded-proto': 'https' } });
      expect(headers.get('strict-transport-security'), path).to.equal('max-age=31536000');
    }
    await behind.close();
  });

  it('do not take the word of just anybody that there is TLS', async () => {
    for (const path of ['/', POLLING, '/health/liveness', '/v1/things']) {
      const { headers } = await request(the.url, 'GET', path, { headers: { 'x-forwarded-proto': 'https' } });
      expect(headers.has('strict-transport-security'), path).to.equal(false);
    }
  });

  it("let the page's one style through, and no other", async () => {
    const { body, headers } = await request<string>(the.url, 'GET', '/');
    const styles = [...body.matchAll(/<style>(.*?)<\/style>/gs)].map(([, text = '']) => text);
    expect(styles).to.have.length(1);
    const hash = createHash('sha256').update(styles[0]!).digest('base64');
    expect(headers.get('content-security-policy')).to.contain(`style-src 'sha256-${hash}'`);
    expect(body).not.to.match(/<script|style=|\son\w+=/);
  });

  it('come with the upgrade to a WebSocket', async () => {
    const upgrading = send(`${the.url}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    }).end();
    const [response, socket] = await once(upgrading, 'upgrade');
    socket.destroy();
    expect(response.headers).to.include({ 'x-content-type-options': 'nosniff' });
  });

  // Credentials are bearer tokens in the handshake and no cookies: a page of another origin gains nothing by connecting.
  it('let a client of any origin connect that has a token, and none that has not', async () => {
    for (const [token, event] of [
      ['ann', 'connect'],
      ['eve', 'connect_error'],
    ] as const) {
      const client = io(the.url, {
        auth: { token },
        transports: ['websocket'],
        extraHeaders: { origin: FOREIGN, cookie: 'token=ann' },
        forceNew: true,
        reconnection: false,
      });
      await once(client as never, event);
      client.disconnect();
    }
  });
});
