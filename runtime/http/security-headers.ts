/**
 * What every answer tells a browser to refuse, errors included: nothing may be loaded by it, framed, sniffed, kept, or read
 * from another origin. Data says what OWASP's REST Security cheat sheet asks of it; what a browser may show as a document
 * says all of the HTTP Headers cheat sheet. Both are the same each time, so helmet is asked once for what it says.
 */
import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import helmet from 'helmet';
import { style } from './index-page.js';

const YEAR_S = 365 * 24 * 3_600;

const noSource = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };
const frameguard = { action: 'deny' } as const;

/** What only documents make use of is left out. */
const ofData = [
  helmet.contentSecurityPolicy({ useDefaults: false, directives: noSource }),
  helmet.crossOriginResourcePolicy(),
  helmet.noSniff(),
  helmet.frameguard(frameguard),
];

const ofDocuments = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      ...noSource,
      // The one page that there is has one style.
      'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
    },
  },
  frameguard,
  hsts: false,
});

/** Not for subdomains: they may be other people's services. */
const onlyOverTls = helmet.hsts({ maxAge: YEAR_S, includeSubDomains: false });

/** Features of the browser that a document could ask for. */
const PERMISSIONS =
  'accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()';
/** The same for pages that are the product's own, whose users may want to be heard. */
const OWN_PERMISSIONS = PERMISSIONS.replace('microphone=()', 'microphone=(self)');

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const unkept: Middleware = (_, response) => void response.setHeader('cache-control', 'no-store');
const permitting =
  (policy: string): Middleware =>
  (_, response) =>
    void response.setHeader('permissions-policy', policy);

/** Names, in lower case, and values in turn, as `writeHead` takes them. */
function said(...middlewares: readonly Middleware[]): readonly string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  for (const middleware of middlewares) middleware(request, response, () => undefined);
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}

/** In plain text, and over TLS. */
export interface Protection {
  readonly plain: readonly string[];
  readonly tls: readonly string[];
}

const protection = (...middlewares: readonly Middleware[]): Protection => ({
  plain: said(...middlewares),
  tls: said(...middlewares, onlyOverTls),
});

export const FOR_DATA = protection(...ofData, unkept);
export const FOR_DOCUMENTS = protection(ofDocuments, permitting(PERMISSIONS), unkept);
export const FOR_SITE = protection(ofDocuments, permitting(OWN_PERMISSIONS), unkept);

/**
 * TLS ends in front of the images as a rule, and what ends it says so: the listener leaves the header only where it is
 * believed. Over plain HTTP `Strict-Transport-Security` would mean nothing (RFC 6797, 7.2).
 */
function overTls({ headers, socket }: IncomingMessage): boolean {
  const proto = headers['x-forwarded-proto'];
  return (socket as TLSSocket).encrypted === true || (proto !== undefined && /^https\b/i.test(String(proto)));
}

/** For an answer to this request; default: of data. */
export const protectionOf = (request: IncomingMessage, wanted = FOR_DATA): readonly string[] =>
  overTls(request) ? wanted.tls : wanted.plain;

/** What answers may still replace single headers. */
export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse, wanted = FOR_DATA): void {
  const list = protectionOf(request, wanted);
  for (let at = 0; at < list.length; at += 2) response.setHeader(list[at] as string, list[at + 1] as string);
}
