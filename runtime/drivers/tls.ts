/**
 * The certificates with which servers are talked to, by the names of their files, in PEM. They are read again for each
 * connection, so that one that was renewed counts from then on; what cannot be read any more counts as it last was.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

export interface TlsFiles {
  /** Who is believed about the server; without it those whom Node believes. */
  readonly ca?: string;
  /** Who we are to the server, and the key to that. */
  readonly cert?: string;
  readonly key?: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The path, where certificates are to be read there. Throws an Error in words for an operator. */
export function certificates(path: string): string {
  const found = readText(path).match(CERTIFICATE) ?? [];
  if (found.length === 0) throw new Error('holds no certificate in PEM');
  for (const each of found) {
    try {
      void new X509Certificate(each);
    } catch {
      throw new Error('holds a certificate that is malformed');
    }
  }
  return path;
}

/** The path, where a private key without a passphrase is to be read there. Throws as `certificates` does. */
export function privateKey(path: string): string {
  const text = readText(path);
  try {
    createPrivateKey(text);
  } catch {
    throw new Error('holds no private key in PEM, or one with a passphrase');
  }
  return path;
}

/** Throws an Error where the key is another certificate's. */
export function keyFits({ cert, key }: TlsFiles): void {
  try {
    createSecureContext(tlsOptions({ ...(cert && { cert }), ...(key && { key }) }));
  } catch {
    throw new Error('is not the key of that certificate');
  }
}

/** What `tls.connect` takes of them. */
export function tlsOptions(files: TlsFiles): SecureContextOptions {
  const options: SecureContextOptions = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = files[name];
    if (path === undefined) continue;
    let last = readText(path);
    const get = (): string => {
      try {
        last = readText(path);
      } catch {
        // It is being renewed, or gone: the server decides what the last one is worth.
      }
      return last;
    };
    Object.defineProperty(options, name, { get, enumerable: true, configurable: true });
  }
  return options;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
