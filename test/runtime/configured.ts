/** Variables that configure each image, for tests of the configuration, and what is wrong with others. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '#runtime/config-error.js';
import { readConfig } from '../support/config.js';

export const SECRET = 'hunter2';

export interface Configured {
  /** Where files may be made; it is there while the tests run. */
  readonly folder: string;
  readonly keyPath: string;
  /** What each image needs. */
  readonly whole: NodeJS.ProcessEnv;
}

/** To be called in the suite whose tests use it. */
export function configured(): Configured {
  let folder: string;
  let keyPath: string;
  let whole: NodeJS.ProcessEnv;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
    chmodSync(folder, 0o755);
    keyPath = join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    writeFileSync(keyPath, privateKey.export({ type: 'sec1', format: 'pem' }));
    whole = {
      DSN: `postgres://me:${SECRET}@db:5432/chat`,
      REDIS_ADDR: 'redis:6379',
      AMQP_URL: `amqp://me:${SECRET}@one:5672, amqp://me:${SECRET}@two`,
      JWT_PRIVATE_KEY_PATH: keyPath,
    };
  });
  after(() => rmSync(folder, { recursive: true }));

  return {
    get folder() {
      return folder;
    },
    get keyPath() {
      return keyPath;
    },
    get whole() {
      return whole;
    },
  };
}

/** In the words that an operator reads. */
export const faultOf = (image: string, env: NodeJS.ProcessEnv): string => {
  try {
    readConfig(image, env);
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(ConfigError);
    return (thrown as Error).message;
  }
  return 'no fault';
};
