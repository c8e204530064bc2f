/**
 * A web client as it was built: its files are read once and answered from memory, compressed beforehand where whoever
 * asks takes that. `index.html` is at `/`, `NAME.html` at `/NAME`, `NAME.json` at `/NAME.json`. Files in `assets/` have
 * their content's hash in their name, so browsers may keep them for ever.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../contract/failure.js';
import { refuse } from './answer.js';
import { type Bounds, SMALL_BYTES } from './bounds/bounds.js';
import { FOR_SITE, setSecurityHeaders } from './security-headers.js';

/** Answers what is asked of the site; false: that is nothing of its own. */
export type Site = (request: IncomingMessage, response: ServerResponse) => boolean;

interface File {
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Buffer;
  /** By content coding, the best first. */
  readonly coded: readonly (readonly [coding: string, bytes: Buffer])[];
}

const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Nothing inline, nothing from elsewhere; `connect-src 'self'` is the API and the WebSocket of the same host. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Of what a page has fetched itself, too: addresses that no other page knows.
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join(';');

const DOCUMENT = { 'cache-control': 'no-cache' };
const PAGE = { ...DOCUMENT, 'content-security-policy': POLICY };

/** Undefined when it was not built. */
export function openSite(url: URL, bounds: Bounds): Site | undefined {
  const folder = fileURLToPath(url);
  if (!existsSync(`${folder}index.html`)) return undefined;

  const files = new Map<string, File>();
  for (const file of readdirSync(folder)) {
    const { name, ext } = parse(file);
    if (ext === '.html') files.set(name === 'index' ? '/' : `/${name}`, read(folder + file, PAGE));
    if (ext === '.json') files.set(`/${file}`, read(folder + file, DOCUMENT));
  }
  for (const asset of readdirSync(`${folder}assets`)) {
    if (TYPES[extname(asset)] === undefined) continue;
    const keep = { 'cache-control': 'public, max-age=31536000, immutable' };
    files.set(`/assets/${asset}`, read(`${folder}assets/${asset}`, keep));
  }

  return (request, response) => {
    const file = files.get((request.url ?? '').split('?', 1)[0] ?? '');
    if (!file || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    try {
      bounds.holdAnswer(bounds.ownerOf(request), SMALL_BYTES, response);
    } catch (thrown) {
      refuse(response, Failure.from(thrown));
      return true;
    }
    setSecurityHeaders(request, response, FOR_SITE);
    const [coding, bytes] = file.coded.find(([each]) => takes(request, each)) ?? [undefined, file.plain];
    response.writeHead(200, {
      ...file.headers,
      ...(coding && { 'content-encoding': coding }),
      'content-length': bytes.length,
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return true;
  };
}

function read(path: string, headers: Readonly<Record<string, string>>): File {
  const type = TYPES[extname(path)] as string;
  return {
    headers: { 'content-type': type, vary: 'accept-encoding', ...headers },
    plain: readFileSync(path),
    coded: CODINGS.flatMap(([coding, ending]) =>
      existsSync(path + ending) ? [[coding, readFileSync(path + ending)] as const] : [],
    ),
  };
}

/** RFC 9110, 12.5.3, for codings that are named; a weight of nothing is a refusal. */
function takes({ headers }: IncomingMessage, coding: string): boolean {
  const named = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map(each =>
      each
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/),
    )
    .find(([name]) => name === coding);
  return named !== undefined && Number(named[1] ?? 1) > 0;
}
