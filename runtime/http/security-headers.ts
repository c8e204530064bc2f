/**
 * What every answer tells a browser to refuse, errors included: the headers of OWASP's REST Security and HTTP Headers
 * cheat sheets. Answers are data: nothing may be loaded by them, framed, sniffed, kept, or read from another origin.
 * They are the same each time, so helmet is asked once for what it says.
 */
import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import helmet from 'helmet';
import { style } from './index-page.js';

const YEAR_S = 365 * 24 * 3_600;

const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      // The one page that there is has one style.
      'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
  hsts: false,
});

/** Not for subdomains: they may be other people's services. */
const onlyOverTls = helmet.hsts({ maxAge: YEAR_S, includeSubDomains: false });

/** Features of the browser that an answer could ask for. */
const PERMISSIONS =
  'accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Names, in lower case, and values in turn, as `writeHead` takes them. */
function said(...middlewares: readonly Middleware[]): readonly string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  for (const middleware of middlewares) middleware(request, response, () => undefined);
  response.setHeader('permissions-policy', PERMISSIONS).setHeader('cache-control', 'no-store');
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}

const PLAIN = said(protect);
const TLS = said(protect, onlyOverTls);

/**
 * TLS ends in front of the images as a rule, and what ends it says so: the listener leaves the header only where it is
 * believed. Over plain HTTP `Strict-Transport-Security` would mean nothing (RFC 6797, 7.2).
 */
function overTls({ headers, socket }: IncomingMessage): boolean {
  const proto = headers['x-forwarded-proto'];
  return (socket as TLSSocket).encrypted === true || (proto !== undefined && /^https\b/i.test(String(proto)));
}

/** For an answer to this request. */
export const protection = (request: IncomingMessage): readonly string[] => (overTls(request) ? TLS : PLAIN);

/** What answers may still replace single headers. */
export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse): void {
  const list = protection(request);
  for (let at = 0; at < list.length; at += 2) response.setHeader(list[at] as string, list[at + 1] as string);
}
