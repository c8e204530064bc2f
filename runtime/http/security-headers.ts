/**
 * What every answer tells a browser to refuse, errors included: the headers of OWASP's REST Security and HTTP Headers
 * cheat sheets. Answers are data: nothing may be loaded by them, framed, sniffed, kept, or read from another origin.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
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

/**
 * TLS ends in front of the images as a rule, and what ends it says so. Over plain HTTP the header would mean nothing
 * (RFC 6797, 7.2), and whoever lies about it forces TLS on nobody but himself.
 */
const overTls = ({ headers, socket }: IncomingMessage): boolean =>
  (socket as TLSSocket).encrypted === true || /^https\b/i.test(String(headers['x-forwarded-proto'] ?? ''));

const nothing = (): void => undefined;

/** A middleware as Express and Engine.IO have them. What answers may still replace single headers. */
export function securityHeaders(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  protect(request, response, nothing);
  if (overTls(request)) onlyOverTls(request, response, nothing);
  response.setHeader('permissions-policy', PERMISSIONS);
  response.setHeader('cache-control', 'no-store');
  next();
}
