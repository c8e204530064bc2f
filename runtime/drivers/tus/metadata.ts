/** `Upload-Metadata`, read and written: https://tus.io/protocols/resumable-upload#upload-metadata */
import { Failure } from '../../contract/failure.js';

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;
/** Printable ASCII without the comma; a space cannot be in it. */
const KEY = /^[!-+\--~]{1,100}$/;

/** A key without a value has an empty one. Throws Failure `invalid`, naming the key. */
export function parseMetadata(header: string | undefined): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  if (header === undefined || header.trim() === '') return {};
  for (const pair of header.split(',')) {
    const [key = '', value = '', ...rest] = pair.trim().split(' ');
    if (!KEY.test(key)) throw faulty('', 'must be keys in ASCII, each with a value in Base64, with commas between');
    if (rest.length > 0 || !BASE64.test(value)) throw faulty(key, 'must be Base64');
    if (found.has(key)) throw faulty(key, 'is given more than once');
    found.set(key, textOf(key, value));
  }
  return Object.fromEntries(found);
}

function textOf(key: string, value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'base64'));
  } catch {
    throw faulty(key, 'must be UTF-8');
  }
}

function faulty(key: string, message: string): Failure {
  const name = key.slice(0, 100);
  const path = name === '' ? '/Upload-Metadata' : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return new Failure('invalid', `Upload-Metadata: ${name} ${message}`.replaceAll('  ', ' '), {
    errors: [{ path, message }],
  });
}

export const writeMetadata = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([key, value]) => (value === '' ? key : `${key} ${Buffer.from(value).toString('base64')}`))
    .join(',');
