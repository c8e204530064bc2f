/** What the store of media promises of uploads, and of who may write to one. */
import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { MediaStore } from '#functions/ports/media.js';
import { mediaStore, uploadLeases } from '#functions/stores/media.js';
import type { Sql } from '#runtime/contract/ports.js';
import { failureOf } from '../support/failure.js';
import { minute, type World } from '../support/world.js';
import { nodesOf } from './explain.js';
import { plansOf } from './plans.contract.js';

const MOST = 1_000;
const QUOTA = 2_500;
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

export function uploadsContract(world: () => World, other: () => Sql): void {
  describe('uploads', () => {
    let media: MediaStore;
    let owner: string;
    beforeEach(() => {
      media = mediaStore(world().sql, { maxBytes: MOST, quotaBytes: QUOTA });
      owner = randomUUID();
    });

    type Given = Parameters<MediaStore['begin']>[0];
    const given = (more: Partial<Given> = {}): Given => ({
      ...{ id: randomUUID(), ownerId: owner, clientId: null, kind: 'file', filename: null, declaredType: null },
      ...{ size: 10, at: minute(0) },
      ...more,
    });
    const begin = async (more?: Partial<Given>) => (await media.begin(given(more))).upload.id;
    const finish = (id: string, text = id, name = `${hashOf(text)}-${randomUUID()}`) =>
      media.finish({ id, sha256: hashOf(text), name, size: 7, type: 'text/plain', at: minute(1) });
    const blobs = (text: string) =>
      world().sql.query<{ name: string; size: number }>(
        'test-blobs',
        "select name, size from blobs where sha256 = decode($1, 'hex')",
        [hashOf(text)],
      );

    it('begins one as it is said, and tells of it', async () => {
      const said = given({ clientId: 'c', kind: 'photo', filename: 'ä.png', declaredType: 'image/png' });
      const { upload, begun } = await media.begin(said);
      expect(begun).to.equal(true);
      const { at, ...rest } = said;
      expect(upload).to.deep.equal({
        ...rest,
        ...{ state: 'uploading', createdAt: Date.parse(at), finishedAt: null, attachedAt: null },
      });
      expect(await media.find(said.id)).to.deep.equal(upload);
      expect(await media.find(randomUUID())).to.equal(undefined);
    });

    it('has one for each clientId of an owner, also of many that begin at once', async () => {
      const many = Array.from({ length: 10 }, () => media.begin(given({ clientId: 'same' })));
      const found = await Promise.all(many);
      expect(new Set(found.map(({ upload }) => upload.id)).size).to.equal(1);
      expect(found.filter(({ begun }) => begun)).to.have.length(1);
      expect((await media.begin(given({ clientId: 'same', ownerId: randomUUID() }))).begun).to.equal(true);
      expect((await media.begin(given())).begun).to.equal(true);
    });

    it('has the same one when it is finished, and another when it is gone or was refused', async () => {
      const first = await begin({ clientId: 'a' });
      await finish(first);
      expect(await begin({ clientId: 'a' })).to.equal(first);
      expect(await media.discard(first, minute(2))).to.equal(true);
      const second = await begin({ clientId: 'a' });
      expect(second).not.to.equal(first);
      await media.refuse(second);
      expect(await begin({ clientId: 'a' })).not.to.equal(second);
    });

    it('gives way to another when it has expired', async () => {
      const first = await begin({ clientId: 'a' });
      const again = await media.begin(given({ clientId: 'a', at: minute(24 * 60 + 1) }));
      expect(again).to.deep.include({ begun: true, expired: first });
      expect(await media.find(first)).to.have.property('state', 'gone');
    });

    it('lets nobody have more than they may, also when all comes at once', async () => {
      expect((await failureOf(() => begin({ size: MOST + 1 }))).code).to.equal('too_large');
      const tries = Array.from({ length: 8 }, () => begin({ size: 900 }).catch(failure => failure.code));
      const came = await Promise.all(tries);
      expect(came.filter(each => each === 'too_large')).to.have.length(6);
      const left = await media.begin(given({ size: undefined }));
      expect(left.upload.size).to.equal(QUOTA - 1_800);
      expect((await failureOf(() => begin({ size: 1 }))).code).to.equal('too_large');
      await media.resize(left.upload.id, 100);
      expect((await media.begin(given({ size: undefined }))).upload.size).to.equal(QUOTA - 1_900);
    });

    it('counts what is gone, or was refused, no more', async () => {
      const [one, two] = [await begin({ size: MOST }), await begin({ size: MOST })];
      await media.discard(one, minute(1));
      await media.refuse(two);
      expect((await media.begin(given({ size: undefined }))).upload.size).to.equal(MOST);
    });

    it('is finished once, and equal bytes have one place', async () => {
      const [one, two] = [await begin(), await begin()];
      const done = await finish(one, 'same', 'first-name');
      expect(done).to.deep.include({ state: 'uploaded', size: 7, finishedAt: Date.parse(minute(1)) });
      expect(await finish(one, 'other', 'other-name')).to.deep.equal(done);
      await finish(two, 'same', 'second-name');
      expect(await blobs('same')).to.deep.equal([{ name: 'first-name', size: 7 }]);
      expect(await blobs('other')).to.deep.equal([]);
      expect(await finish(randomUUID())).to.equal(undefined);
    });

    it('is not taken back once something names it', async () => {
      const id = await begin();
      await finish(id);
      await world().sql.query('test-attach', 'update media set attached_at = now() where id = $1', [id]);
      expect(await media.discard(id, minute(2))).to.equal(false);
      expect(await media.find(id)).to.have.property('state', 'uploaded');
    });

    it('is written to by one at a time, who hears when another waits', async () => {
      const [here, there] = [uploadLeases(world().sql), uploadLeases(other())];
      const id = await begin();
      const [mine, theirs] = [randomUUID(), randomUUID()];
      const both = await Promise.all([here.take(id, mine, 60_000), there.take(id, theirs, 60_000)]);
      expect([...both].sort()).to.deep.equal([false, true]);
      const [winner, loser] = both[0] ? [mine, theirs] : [theirs, mine];
      expect(await here.keep(id, winner, 60_000)).to.be.oneOf(['kept', 'wanted']);
      expect(await there.take(id, loser, 60_000)).to.equal(false);
      expect(await here.keep(id, winner, 60_000)).to.equal('wanted');
      expect(await there.keep(id, loser, 60_000)).to.equal('lost');
      await there.release(id, loser);
      expect(await there.take(id, loser, 60_000)).to.equal(false);
      await here.release(id, winner);
      expect(await there.take(id, loser, 60_000)).to.equal(true);
      expect(await there.keep(id, loser, 60_000)).to.equal('kept');
    });

    it('is anybody’s whose holder has let the time run out', async () => {
      const leases = uploadLeases(world().sql);
      const id = await begin();
      const [mine, theirs] = [randomUUID(), randomUUID()];
      expect(await leases.take(id, mine, 0)).to.equal(true);
      expect(await leases.take(id, theirs, 60_000)).to.equal(true);
      expect(await leases.keep(id, mine, 60_000)).to.equal('lost');
    });

    it('is found by index, among 20,000', async () => {
      const { sql } = world();
      await sql.query(
        'test-load-media',
        `insert into media (id, owner_id, client_id, kind, state, size, created_at)
        select gen_random_uuid(), ('00000000-0000-0000-0000-' || lpad((n % 500)::text, 12, '0'))::uuid, 'c' || n, 'file',
          case n % 3 when 0 then 'gone' else 'uploaded' end, 1, now() from generate_series(1, 20000) n`,
      );
      await sql.query('test-analyze-media', 'analyze media');
      const asked: [string, readonly unknown[]][] = [];
      const noted = ({ query }: Pick<Sql, 'query'>) =>
        ((name, text, values = []) => {
          asked.push([text, values]);
          return query(name, text, values);
        }) as Sql['query'];
      const query = noted(sql);
      const noting: Sql = {
        ...{ query, read: query },
        transaction: work => sql.transaction(tx => work({ query: noted(tx) })),
      };
      const store = mediaStore(noting, { maxBytes: MOST, quotaBytes: QUOTA });
      const { upload } = await store.begin(given({ clientId: 'indexed' }));
      await store.find(upload.id);
      await store.resize(upload.id, 5);
      await uploadLeases(noting).take(upload.id, randomUUID(), 1);
      await store.discard(upload.id, minute(1));
      const scans: string[] = [];
      for (const [text, values] of asked)
        for (const plan of await plansOf(sql, text, values))
          for (const node of nodesOf(plan))
            if (node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'media') scans.push(text);
      expect(scans).to.deep.equal([]);
      expect(asked.length).to.be.above(3);
    });
  });
}
