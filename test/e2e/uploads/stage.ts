/** Somebody who uploads, in plain HTTP and by curl, and a look at what the server keeps. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Person } from '../../support/people.js';

export const TYPE = 'application/offset+octet-stream';
export const run = promisify(execFile);
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const someBytes = (size: number): Buffer => randomBytes(size);

type Headers = Readonly<Record<string, string | number>>;

export const metadata = (said: Readonly<Record<string, string>>): string =>
  Object.entries(said)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export interface Told {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly body: { readonly code?: string; readonly detail?: string; readonly errors?: readonly { path: string }[] };
}

/** A tus request of this person's, at their gateway or another one. */
export async function ask(
  person: Pick<Person, 'accessToken' | 'gateway'>,
  method: string,
  path: string,
  headers: Headers = {},
  body?: Uint8Array | string,
): Promise<Told> {
  const texts = Object.entries({ 'tus-resumable': '1.0.0', ...headers }).map(([name, value]) => [name, String(value)]);
  const response = await fetch(new URL(path, person.gateway), {
    ...{ method, headers: { authorization: `Bearer ${person.accessToken}`, ...Object.fromEntries(texts) } },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** Where it is from now on. */
export async function begin(
  person: Person,
  size: number,
  said: Readonly<Record<string, string>> = {},
): Promise<string> {
  const told = await ask(person, 'POST', '/v1/uploads', {
    'upload-length': size,
    'upload-metadata': metadata({ kind: 'file', ...said }),
  });
  if (told.status !== 201) throw new Error(`no upload: ${told.status} ${JSON.stringify(told.body)}`);
  return told.headers.get('location') ?? '';
}

export const patch = (
  person: Pick<Person, 'accessToken' | 'gateway'>,
  path: string,
  offset: number,
  bytes: Uint8Array,
  headers: Headers = {},
) => ask(person, 'PATCH', path, { 'content-type': TYPE, 'upload-offset': offset, ...headers }, bytes);

/** The bytes that are kept under this hash; undefined where there are none. */
export async function keptAs(folder: string, hash: string): Promise<Buffer | undefined> {
  const found = await filesOf(join(folder, 'blobs'));
  const path = found.find(file => file.includes(hash));
  return path === undefined ? undefined : readFile(path);
}

export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}
