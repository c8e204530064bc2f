/** Certificates by openssl, in a folder of their own: an authority, a server on this machine, and a client. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  /** Of 127.0.0.1 and localhost. */
  readonly server: Pair;
  /** By the same authority, of another name. */
  readonly elsewhere: Pair;
  readonly client: Pair;
  /** An authority that has signed none of them. */
  readonly stranger: Pair;
  remove(): Promise<void>;
}

/** Everybody may read them: servers run under accounts of their own where we are root. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  await chmod(folder, 0o755);
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  async function authority(name: string): Promise<Pair> {
    const made = { cert: file(`${name}.pem`), key: file(`${name}.key`) };
    await openssl('req', '-x509', ...newKey, '-keyout', made.key, '-out', made.cert, '-subj', `/CN=${name}`);
    return made;
  }
  const ca = await authority('ca');
  async function signed(name: string, alternatives: string): Promise<Pair> {
    const made = { cert: file(`${name}.pem`), key: file(`${name}.key`) };
    await openssl(
      ...['req', '-x509', ...newKey, '-CA', ca.cert, '-CAkey', ca.key, '-keyout', made.key, '-out', made.cert],
      ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternatives}`],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    );
    await chmod(made.key, 0o644);
    return made;
  }
  return {
    folder,
    ca: ca.cert,
    server: await signed('server', 'IP:127.0.0.1,DNS:localhost'),
    elsewhere: await signed('elsewhere', 'DNS:elsewhere.example'),
    client: await signed('client', 'DNS:client'),
    stranger: await authority('stranger'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
