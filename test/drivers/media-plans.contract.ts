/** What is asked about media reads by index as well, with tens of thousands of them in every state. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { inspectionStore } from '#functions/stores/inspections.js';
import { mediaStore, uploadLeases } from '#functions/stores/media.js';
import type { Sql } from '#runtime/contract/ports.js';
import { blobName } from '#runtime/contract/ports.js';
import { hashOf, mediaRows } from '../support/media-rows.js';
import { message, minute, type World, worldOn } from '../support/world.js';
import { TABLES } from './explain.js';
import { recordedOf, scansOf } from './plans.contract.js';

/** Each of an owner and message of its own, nearly all of them looked at; some thousands are gone and forgotten, and a few between. */
const LOAD = `
with said as (
  select chat_id, seq, sender_id, row_number() over () as n from (select * from messages limit 30000) m
), kept as (
  insert into blobs (sha256, name, size, stored_at)
  select sha256(n::text::bytea), encode(sha256(n::text::bytea), 'hex') || '-' || n, 5, now() from said
), named as (
  insert into message_media (chat_id, seq, n, media_id)
  select chat_id, seq, 0, md5('media' || n)::uuid from said where n % 10 > 0
  on conflict do nothing
)
insert into media (id, owner_id, kind, state, type, size, sha256, created_at, finished_at, attached_at, gone_at)
select md5('media' || n)::uuid, sender_id, 'file',
  case when n % 100 = 10 then 'uploaded' when n % 100 = 20 then 'uploading' when n % 10 = 0 then 'gone' else 'ready' end,
  'text/plain', 5, case when n % 10 > 0 or n % 100 = 30 then sha256(n::text::bytea) end,
  now(), now(), case when n % 10 > 0 then now() end, case when n % 10 = 0 then now() end
from said`;

/** After `plansContract`, of whose messages these are. */
export function mediaPlansContract(world: () => World): void {
  // A test beside the blocks of others would run before all of them.
  describe('plans of media', () => {
    it('use indexes in all statements, with 30 000 of them', async () => {
      const { sql } = world();
      await sql.query('test-load-media', LOAD);
      for (const table of TABLES) await sql.query(`test-analyze-media-${table}`, `analyze ${table}`);
      const [loaded] = await sql.query<{ media: number }>('test-media', 'select count(*)::int as media from media');
      expect(loaded?.media).to.be.at.least(30_000);
      const asked = await recordedOf(sql, useMedia);
      expect(await scansOf(sql, asked)).to.deep.equal([]);
      const names = [...asked.keys()];
      for (const name of [
        'media-lock',
        'media-release',
        'attach-stored',
        'inspected-overdue',
        'media-go',
        'blobs-drop',
      ])
        expect(names).to.include(name);
    });
  });
}

async function useMedia(sql: Sql): Promise<void> {
  const { people, group, messages, changes, ownState, mediaReads, mediaSweep } = worldOn(sql);
  const media = mediaStore(sql, { maxBytes: 100, quotaBytes: 1_000 });
  const inspections = inspectionStore(sql);
  const leases = uploadLeases(sql);
  const [ann, ben] = (await people(2)) as [string, string];
  const chatId = await group([ann, ben]);

  const said = { ownerId: ann, clientId: 'one', kind: 'file', filename: null, declaredType: null } as const;
  const upload = async (clientId: string): Promise<string> => {
    const id = randomUUID();
    const begin = () => media.begin({ ...said, id, clientId, size: 9, at: minute(0) });
    await begin();
    await begin();
    return id;
  };
  const [one, two, three] = [await upload('one'), await upload('two'), await upload('three')];
  await media.begin({ ...said, id: randomUUID(), size: 9, at: minute(2_000) });
  await media.resize(two, 8);
  for (const token of [randomUUID(), randomUUID()]) {
    await leases.take(two, token, 1_000);
    await leases.keep(two, token, 1_000);
    await leases.release(randomUUID(), token);
  }
  for (const id of [one, two]) {
    const sha256 = hashOf(`plans ${id}`);
    await media.finish({ id, sha256, name: blobName(sha256, id), size: 9, type: 'text/plain', at: minute(0) });
    await media.find(id);
  }
  await media.refuse(three);
  await media.discard(three, minute(0));

  await inspections.find(two);
  await inspections.overdue(minute(60), 100);
  const blob = (text: string) => ({
    sha256: hashOf(`${text} ${two}`),
    name: blobName(hashOf(`${text} ${two}`), two),
    size: 3,
    type: 'a/b',
  });
  await inspections.settle(two, { photo: blob('photo'), thumb: blob('thumb') }, minute(1));
  await inspections.refuse(one);

  await messages.append([message(chatId, ann, undefined, { body: '', mediaIds: [two] })]);
  await ownState.update(ann, chatId, { draft: { body: 'a', media: [two], at: minute(1) } }, minute(1));
  await inspections.places(two, 10);
  await inspections.places(two, 10, { chatId, seq: 0 });
  await mediaReads.readable(two, ben);
  await changes.apply([{ kind: 'describe', chatId, seq: 1, at: minute(2), media: [two] }]);
  await changes.apply([
    { kind: 'edit', chatId, seq: 1, userId: ann, at: minute(2), clientId: 'e', body: 'b', media: [] },
  ]);
  await changes.apply([{ kind: 'delete', chatId, seq: 1, userId: ann, at: minute(2) }]);
  await ownState.update(ann, chatId, { draft: null }, minute(3));

  await mediaRows(sql).put({ ownerId: ann, at: minute(-9_000), state: 'gone', goneAt: minute(-9_000) });
  await mediaRows(sql).put({ ownerId: ann, at: minute(-9_000) });
  await mediaSweep.lapse(minute(-5_000), minute(0), 100);
  await mediaSweep.lapseAfter('', minute(-5_000), minute(0), 100);
  await mediaSweep.release(100);
  await mediaSweep.drop([hashOf(`plans ${one}`)]);
  await mediaSweep.dropUnknown([blobName(hashOf('unknown'), one)]);
  await mediaSweep.removed(await mediaSweep.dropped(100));
  await mediaSweep.forget(await mediaSweep.ended(minute(-5_000), 100));
  await mediaSweep.known('', 100);
  await mediaSweep.withoutUpload([one, two]);
}
