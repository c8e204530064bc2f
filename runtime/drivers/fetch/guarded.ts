/**
 * Asks over HTTP what users name: pages to be shown as previews, push services, webhooks. Whoever names an address must not
 * learn by it what our network has inside, nor keep us busy: only public addresses are asked, each is looked up once and
 * connected to as it was checked, again after each redirect; time and bytes are bounded; no cookies, no credentials.
 */
import type { LookupAddress } from 'node:dns';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { Failure } from '../../contract/failure.js';
import { type AddressRules, addressesOf } from './addresses.js';
import { bodyOf } from './body.js';

export interface GuardedFetchOptions extends AddressRules {
  /** For all of it: the name, the connection, redirects, the last byte. */
  readonly withinMs: number;
  /** Of a body, after decompression: what comes after that is not read. */
  readonly maxBytes: number;
  /** How many redirects are followed; default none: a redirect is then an answer. */
  readonly redirects?: number;
  /** Certificates that are trusted besides, in PEM. Default: those of the process. */
  readonly ca?: string;
}

export interface GuardedRequest {
  readonly url: string;
  /** Default `GET`; nothing else follows redirects. */
  readonly method?: 'GET' | 'POST';
  /** Names in lower case. To another origin, where a redirect leads, only `accept` and `user-agent` are said. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Content types whose body is wanted, without parameters; default all. */
  readonly types?: readonly string[];
}

export interface Fetched {
  /** Of the last answer, after redirects. */
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether there was more of it than is read. */
  readonly cut: boolean;
}

/**
 * Rejects with Failure `invalid` for what will never be asked: another protocol, a name with credentials, an address that is
 * not public, another port than 80 and 443, a redirect to any of these, too many of them; with `unsupported` for a body of
 * another type or coding; and with `unavailable` for everything that may be otherwise another time.
 *
 * @example
 * import { guardedFetch } from 'function-runtime/drivers/fetch/guarded';
 *
 * const ask = guardedFetch({ withinMs: 5_000, maxBytes: 512 * 1024, redirects: 3 });
 * const { body } = await ask({ url: 'https://example.org/', types: ['text/html'] });
 */
export type GuardedFetch = (request: GuardedRequest) => Promise<Fetched>;

const REDIRECTS = [301, 302, 303, 307, 308];
const HEADER_BYTES = 16 * 1024;
const TO_ANYBODY = ['accept', 'user-agent'];

export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { withinMs, maxBytes, redirects = 0, ca } = options;

  /** One answer, of one address. */
  async function ask(url: URL, request: GuardedRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const addresses = await unlessAborted(addressesOf(url, options), signal);
    const { method = 'GET', headers, body } = request;
    const { request: open } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const asked = open(url, {
        ...{ method, signal, agent: false, maxHeaderSize: HEADER_BYTES, lookup: only(addresses) },
        ...(ca !== undefined && { ca }),
        headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
      });
      asked.on('response', resolve).on('error', reject).end(body);
    });
  }

  async function follow(request: GuardedRequest, signal: AbortSignal): Promise<Fetched> {
    let url = checked(request.url);
    let { headers = {} } = request;
    for (let followed = 0; ; followed++) {
      const response = await ask(url, { ...request, headers }, signal);
      const { statusCode: status = 0 } = response;
      const { location } = response.headers;
      const leads = redirects > 0 && request.method !== 'POST' && REDIRECTS.includes(status) && location !== undefined;
      if (!leads) {
        const { body, cut } = await bodyOf(response, maxBytes, request.types);
        return { url: url.href, status, headers: response.headers, body, cut };
      }
      response.destroy();
      if (followed === redirects) throw new Failure('invalid', `more than ${redirects} redirects`);
      const next = checked(location, url);
      if (next.origin !== url.origin) headers = forAnybody(headers);
      url = next;
    }
  }

  return async request => {
    const signal = AbortSignal.timeout(withinMs);
    try {
      return await follow(request, signal);
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown;
      const message = signal.aborted ? `no answer within ${withinMs} ms` : 'there is no answer';
      throw new Failure('unavailable', message, { cause: thrown });
    }
  };
}

function checked(text: string, base?: URL): URL {
  const wrong = (message: string) => new Failure('invalid', message, { errors: [{ path: '/url', message }] });
  if (!URL.canParse(text, base?.href)) throw wrong('must be a URL');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('must be one of http or https');
  if (url.username !== '' || url.password !== '') throw wrong('must not have a user name or a password');
  return url;
}

/** Connects to these, whatever the name means by then. */
const only =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_host, { all }, done) => {
    const [{ address, family }] = addresses as [LookupAddress];
    if (all) done(null, [...addresses]);
    else done(null, address, family);
  };

const forAnybody = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => TO_ANYBODY.includes(name)));

/** A look-up cannot be aborted: it is left alone. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    promise.then(resolve, reject);
  });
}
