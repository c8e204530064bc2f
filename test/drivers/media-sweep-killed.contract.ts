/** The sweep on a database and a store of files, killed before and after each thing that it does. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { compareBlobs } from '#functions/media/compareBlobs.js';
import { sweepMedia } from '#functions/media/sweepMedia.js';
import { type BlobStore, blobName } from '#runtime/contract/ports.js';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { hashOf, mediaRows } from '../support/media-rows.js';
import { somePorts } from '../support/ports.js';
import { message, minute, type World } from '../support/world.js';

const NOW = Date.parse(minute(0));

/** Whatever is called: the one of this number dies, before it does anything or after it. */
function killing(at: number, when: 'before' | 'after') {
  const calls = { count: 0, killed: false };
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, member) {
        const method = Reflect.get(target, member);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls.count += 1;
          const dies = calls.count === at;
          if (dies) calls.killed = true;
          if (dies && when === 'before') throw new Error('killed');
          const answer = await method.apply(target, args);
          if (dies) throw new Error('killed');
          return answer;
        };
      },
    });
  return { calls, wrap };
}

export function mediaSweepKilledContract(world: () => World): void {
  describe('the sweep of media, killed anywhere', () => {
    let folder: string;
    let store: BlobStore;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'swept-'));
      store = aged(fileBlobs(folder));
    });
    after(() => rm(folder, { recursive: true }));

    const texts = ['own', 'thumb', 'shared', 'lapsed', 'refused', 'named', 'unknown'] as const;
    type Text = (typeof texts)[number];

    /** One of each kind, and their bytes. */
    async function scene() {
      const { sql, people, group, messages } = world();
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
      for (const text of texts) {
        const [known] = await world().mediaSweep.known(hashOf(of[text]), 1);
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
      }
      return of;
    }

    async function tick(ports: { mediaSweep: World['mediaSweep']; blobs: BlobStore }): Promise<void> {
      const context = () => testContext({ ports: somePorts(ports), now: NOW });
      await sweepMedia.handle(context(), testEvent({}));
      await compareBlobs.handle(context(), testEvent({}));
    }

    /** Those of the texts whose bytes are in the store. */
    async function inStore(of: Record<Text, string>): Promise<Text[]> {
      const names = (await store.list(undefined, 100_000)).map(({ name }) => name.slice(0, 64));
      return texts.filter(text => names.includes(hashOf(of[text])));
    }

    for (const when of ['before', 'after'] as const) {
      it(`leaves all that is to stay and nothing else, by the next ticks, when it died ${when} any step`, async () => {
        let kills = 0;
        for (let at = 1; ; at += 1) {
          const of = await scene();
          const { calls, wrap } = killing(at, when);
          const ports = { mediaSweep: world().mediaSweep, blobs: store };
          await tick({ mediaSweep: wrap(ports.mediaSweep), blobs: wrap(store) }).catch(thrown => {
            if (thrown.message !== 'killed') throw thrown;
          });
          expect(await inStore(of), `killed ${when} ${at}`).to.include.members(['shared', 'named']);
          for (const _ of [1, 2]) await tick(ports);
          expect(await inStore(of), `swept after ${when} ${at}`).to.deep.equal(['shared', 'named']);
          const left = await world().mediaSweep.dropped(10_000);
          expect(left.filter(name => texts.some(text => name.startsWith(hashOf(of[text]))))).to.deep.equal([]);
          if (!calls.killed) break;
          kills += 1;
        }
        expect(kills).to.be.greaterThan(8);
      });
    }
  });
}

/** What it has, it has had for long. */
const aged = (blobs: BlobStore): BlobStore => ({
  ...blobs,
  list: async (after, limit) => (await blobs.list(after, limit)).map(blob => ({ ...blob, storedAt: 0 })),
});
