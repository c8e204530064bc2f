/**
 * The sweep on a database and a store of files, killed before each thing that it does: after one of them is before the next, as it
 * does one at a time.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { compareBlobs } from '#functions/media/compareBlobs.js';
import { sweepMedia } from '#functions/media/sweepMedia.js';
import type { MediaSweep } from '#functions/ports/mediaSweep.js';
import { type BlobStore, blobName, type Part, type Sql } from '#runtime/contract/ports.js';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { memoryLog } from '../support/log.js';
import { hashOf, mediaRows } from '../support/media-rows.js';
import { ownPostgres } from '../support/new-server.js';
import { somePorts } from '../support/ports.js';
import { message, minute, type World, worldOn } from '../support/world.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
const NOW = Date.parse(minute(0));

/** Whatever is called: the one of this number dies before it does anything. */
function killing(at: number) {
  const calls = { count: 0, killed: false };
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, member) {
        const method = Reflect.get(target, member);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls.count += 1;
          if (calls.count === at) {
            calls.killed = true;
            throw new Error('killed');
          }
          return method.apply(target, args);
        };
      },
    });
  return { calls, wrap };
}

describe('the sweep of media, killed anywhere', () => {
  const dsn = ownPostgres();
  let folder: string;
  let store: BlobStore;
  let sql: Sql & Part;
  let world: World;
  before(async () => {
    const log = memoryLog();
    await migrate(dsn(), MIGRATIONS, log);
    sql = connectPostgres({ dsn: dsn(), name: 'swept', log });
    world = worldOn(sql);
    folder = await mkdtemp(join(tmpdir(), 'swept-'));
    store = aged(fileBlobs(folder));
  });
  after(async () => {
    await sql?.close();
    await rm(folder, { recursive: true });
  });

  const texts = ['own', 'thumb', 'shared', 'lapsed', 'refused', 'named', 'unknown'] as const;
  type Text = (typeof texts)[number];

  /** One of each kind, and their bytes. */
  async function scene() {
    const { people, group, messages } = world;
    const [ownerId] = (await people(1)) as [string];
    const chatId = await group([ownerId]);
    await messages.append([message(chatId, ownerId)]);
    const of = Object.fromEntries(texts.map(text => [text, `${text} ${randomUUID()}`])) as Record<Text, string>;
    const rows = mediaRows(sql);
    const at = minute(-3_000);
    await rows.put({ ownerId, at, state: 'gone', saying: of.own, thumb: of.thumb, goneAt: minute(-1) });
    await rows.put({ ownerId, at, state: 'gone', saying: of.shared, goneAt: minute(-1) });
    await rows.put({ ownerId, at, saying: of.lapsed });
    await rows.put({ ownerId, at, saying: of.refused, state: 'refused' });
    for (const saying of [of.shared, of.named]) {
      await rows.name(await rows.put({ ownerId, at, saying, attachedAt: at }), chatId, 1);
    }
    const put = async (text: Text): Promise<void> => {
      const [known] = await world.mediaSweep.known(hashOf(of[text]), 1);
      const isOwn = known?.name.startsWith(hashOf(of[text]));
      const name = isOwn && known ? known.name : blobName(hashOf(of[text]), randomUUID());
      const bytes = Buffer.from(of[text]);
      await store.put(
        name,
        bytes.length,
        (async function* () {
          yield bytes;
        })(),
      );
    };
    await Promise.all(texts.map(put));
    return of;
  }

  async function tick(ports: { mediaSweep: MediaSweep; blobs: BlobStore }): Promise<void> {
    const context = () => testContext({ ports: somePorts(ports), now: NOW });
    await sweepMedia.handle(context(), testEvent({}));
    await compareBlobs.handle(context(), testEvent({}));
  }

  /** Those of the texts whose bytes are in the store. */
  async function inStore(of: Record<Text, string>): Promise<Text[]> {
    const names = (await store.list(undefined, 100_000)).map(({ name }) => name.slice(0, 64));
    return texts.filter(text => names.includes(hashOf(of[text])));
  }

  it('leaves all that is to stay and nothing else, by the next ticks, wherever it died', async () => {
    let kills = 0;
    for (let at = 1; ; at += 1) {
      const of = await scene();
      const { calls, wrap } = killing(at);
      const ports = { mediaSweep: world.mediaSweep, blobs: store };
      await tick({ mediaSweep: wrap(ports.mediaSweep), blobs: wrap(store) }).catch(thrown => {
        if (thrown.message !== 'killed') throw thrown;
      });
      expect(await inStore(of), `killed before ${at}`).to.include.members(['shared', 'named']);
      for (const _ of [1, 2]) await tick(ports);
      expect(await inStore(of), `swept after ${at}`).to.deep.equal(['shared', 'named']);
      const left = await world.mediaSweep.dropped(10_000);
      expect(left.filter(name => texts.some(text => name.startsWith(hashOf(of[text]))))).to.deep.equal([]);
      if (!calls.killed) break;
      kills += 1;
    }
    expect(kills).to.be.greaterThan(8);
  });
});

/** What it has, it has had for long. */
const aged = (blobs: BlobStore): BlobStore => ({
  ...blobs,
  list: async (after, limit) => (await blobs.list(after, limit)).map(blob => ({ ...blob, storedAt: 0 })),
});
