/**
 * The client library of before messages could be changed, out of this repository's history. A clone that does not reach back
 * so far has not got it.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import type { V1Client } from './client.js';

const COMMIT = '829b5f8';
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

const run = promisify(execFile);

/** As far as we use it. */
interface Library {
  createClient(options: { readonly url: string }): {
    readonly state: {
      readonly link: string;
      readonly loaded: boolean;
      readonly outbox: readonly unknown[];
      readonly chats: ReadonlyMap<
        string,
        {
          readonly lastSeq: number;
          readonly history: { readonly upTo: number; readonly messages: readonly { readonly body: string }[] };
        }
      >;
    };
    signIn(credentials: { readonly email: string; readonly password: string }): Promise<void>;
    open(chatId: string): Promise<void>;
    send(chatId: string, body: string): string;
    close(): void;
  };
}

export interface LoadedLibrary {
  client(url: string): V1Client;
  remove(): Promise<void>;
}

export async function loadLibrary(): Promise<LoadedLibrary | undefined> {
  const isThere = await run('git', ['-C', ROOT, 'cat-file', '-e', `${COMMIT}^{commit}`]).catch(() => undefined);
  if (!isThere) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'client-library-'));
  const archive = join(folder, 'client.tar');
  await run('git', ['-C', ROOT, 'archive', '-o', archive, COMMIT, 'web/client', 'tsconfig.base.json']);
  await run('tar', ['-xf', archive, '-C', folder]);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const build = await rolldown({
    input: join(folder, 'web/client/client.ts'),
    platform: 'node',
    external: ['socket.io-client'],
    logLevel: 'warn',
  });
  const file = join(folder, 'client.mjs');
  await build.write({ file, format: 'es', codeSplitting: false });
  await build.close();
  const library = (await import(pathToFileURL(file).href)) as Library;
  return { client: url => adapted(library.createClient({ url })), remove: () => rm(folder, { recursive: true }) };
}

function adapted(client: ReturnType<Library['createClient']>): V1Client {
  const chats = () => [...client.state.chats.values()];
  return {
    troubles: [],
    signIn: credentials => client.signIn(credentials),
    isWell: () =>
      client.state.link === 'online' &&
      client.state.loaded &&
      client.state.outbox.length === 0 &&
      chats().every(({ lastSeq, history }) => lastSeq <= history.upTo),
    open: chatId => client.open(chatId),
    bodies: chatId => client.state.chats.get(chatId)?.history.messages.map(({ body }) => body) ?? [],
    send: (chatId, body) => void client.send(chatId, body),
    close: () => client.close(),
  };
}
