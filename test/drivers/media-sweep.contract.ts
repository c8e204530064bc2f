/** What the store of the sweep promises: nothing goes that somebody names or has, and nothing stays that nobody does. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Sql } from '#runtime/contract/ports.js';
import { eventually } from '../support/eventually.js';
import { hashOf, mediaRows } from '../support/media-rows.js';
import { message, minute, type World, worldOn } from '../support/world.js';

const WAITING = `select count(*)::int as n from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock' and query like '%from blobs%for update'`;
const YESTERDAY = minute(-1_440);
const NOW = minute(0);

export function mediaSweepContract(world: () => World, otherPool: () => Sql): void {
  describe('the sweep of media', () => {
    async function scene() {
      const { sql, people, group, messages } = world();
      const [owner] = (await people(1)) as [string];
      const chatId = await group([owner]);
      await messages.append([message(chatId, owner)]);
      const rows = mediaRows(sql);
      const put = (more: Partial<Parameters<typeof rows.put>[0]> = {}) =>
        rows.put({ ownerId: owner, at: minute(-3_000), ...more });
      const stateOf = async (id: string): Promise<string | undefined> => {
        const found = await sql.query<{ state: string }>('test-media-state', 'select state from media where id = $1', [
          id,
        ]);
        return found[0]?.state;
      };
      const isKnown = async (text: string): Promise<boolean> => {
        const asked = "select from blobs where sha256 = decode($1, 'hex')";
        return (await sql.query('test-blob', asked, [hashOf(text)])).length > 0;
      };
      const isDropped = async (text: string): Promise<boolean> => {
        const names = await world().mediaSweep.dropped(10_000);
        return names.some(name => name.startsWith(hashOf(text)));
      };
      return { owner, chatId, rows, put, stateOf, isKnown, isDropped };
    }

    const lapse = () => world().mediaSweep.lapse(YESTERDAY, NOW, 1_000);
    const release = () => world().mediaSweep.release(1_000);

    /** All of them, a few at a time. */
    async function lapseAll(): Promise<void> {
      for (let after: string | undefined = ''; after !== undefined; ) {
        after = await world().mediaSweep.lapseAfter(after, YESTERDAY, NOW, 3);
      }
    }

    it('lets go of what nothing has named for a day, and of uploads that never ended', async () => {
      const { put, stateOf } = await scene();
      const [old, young, begun, refused] = await Promise.all([
        put(),
        put({ at: minute(-1_000) }),
        put({ state: 'uploading' }),
        put({ state: 'refused' }),
      ]);
      await lapse();
      const states = await Promise.all([old, young, begun, refused].map(stateOf));
      expect(states).to.deep.equal(['gone', 'ready', 'gone', 'gone']);
    });

    it('keeps what a message names, and what a draft of the owner names', async () => {
      const { owner, chatId, rows, put, stateOf } = await scene();
      const [inMessage, inDraft] = await Promise.all([put(), put()]);
      await rows.name(inMessage, chatId, 1);
      const draft = JSON.stringify({ body: '', media: [inDraft] });
      await world().sql.query(
        'test-draft',
        'update members set draft = $3, rev = 1 where chat_id = $1 and user_id = $2',
        [...[chatId, owner, draft]],
      );
      await lapse();
      await lapseAll();
      expect([await stateOf(inMessage), await stateOf(inDraft)]).to.deep.equal(['ready', 'ready']);
    });

    it('finds what lost its last name unnoticed, and keeps what was named a moment ago', async () => {
      const { owner, chatId, rows, put, stateOf } = await scene();
      const [lost, kept] = await Promise.all([put({ attachedAt: minute(-2_000) }), put({ attachedAt: minute(-10) })]);
      await rows.name(lost, chatId, 1);
      await world().sql.query('test-delete', 'update messages set deleted_at = now() where chat_id = $1', [chatId]);
      await lapseAll();
      expect([await stateOf(lost), await stateOf(kept)]).to.deep.equal(['gone', 'ready']);
      expect(owner).to.be.a('string');
    });

    it('drops the bytes of what is gone or was refused, but not those that others have', async () => {
      const { put, isKnown, isDropped } = await scene();
      const [own, shared, small, refused] = Array.from({ length: 4 }, () => randomUUID()) as [
        string,
        string,
        string,
        string,
      ];
      await put({ state: 'gone', saying: own, thumb: small, goneAt: minute(-1) });
      await put({ state: 'gone', saying: shared, goneAt: minute(-1) });
      await put({ saying: shared });
      await put({ saying: refused, state: 'refused' });
      await release();
      expect(await Promise.all([own, small, refused].map(isKnown))).to.deep.equal([false, false, false]);
      expect(await Promise.all([own, small, refused].map(isDropped))).to.deep.equal([true, true, true]);
      expect([await isKnown(shared), await isDropped(shared)]).to.deep.equal([true, false]);
      expect(await release()).to.equal(0);
    });

    it('gives the same bytes a new name when they come again after they were dropped', async () => {
      const { put, isKnown } = await scene();
      const saying = randomUUID();
      await put({ state: 'gone', saying, goneAt: minute(-1) });
      await release();
      const [former] = (await world().mediaSweep.dropped(10_000)).filter(name => name.startsWith(hashOf(saying)));
      await put({ saying });
      const known = await world().mediaSweep.known(hashOf(saying), 1);
      expect(await isKnown(saying)).to.equal(true);
      expect(known[0]?.name.startsWith(hashOf(saying))).to.equal(true);
      expect(known[0]?.name).not.to.equal(former);
      expect(known[0]?.isUsed).to.equal(true);
    });

    it('never drops bytes that somebody is just being given, whoever is first', async () => {
      const { owner, put } = await scene();
      for (let n = 0; n < 20; n += 1) {
        const saying = randomUUID();
        await put({ state: 'gone', saying, goneAt: minute(-1) });
        const other = mediaRows(otherPool());
        const given = () => other.put({ ownerId: owner, saying, at: minute(0) });
        await Promise.all(n % 2 === 0 ? [given(), release(), release()] : [release(), given(), release()]);
        // Whatever came first: whoever has the bytes finds them under a name that is not to be removed.
        const [known] = await world().mediaSweep.known(hashOf(saying), 1);
        expect(known?.isUsed, `round ${n}`).to.equal(true);
        expect(await world().mediaSweep.dropped(10_000)).not.to.include(known?.name);
      }
    });

    it('waits for who holds bytes, and sees then that they are in use', async () => {
      const { owner, put, isKnown, isDropped } = await scene();
      const saying = randomUUID();
      await put({ state: 'gone', saying, goneAt: minute(-1) });
      let swept: Promise<number> | undefined;
      await otherPool().transaction(async tx => {
        await mediaRows({ ...tx, read: tx.query } as Sql).put({ ownerId: owner, saying, at: minute(0) });
        swept = worldOn(world().sql).mediaSweep.release(1_000);
        await eventually('it waits for the row of the bytes', async () => {
          const waiting = await world().sql.query<{ n: number }>('test-waits', WAITING);
          return (waiting[0]?.n ?? 0) > 0;
        });
      });
      await swept;
      expect([await isKnown(saying), await isDropped(saying)]).to.deep.equal([true, false]);
    });

    it('drops what the store has and the table does not know, and nothing that it knows', async () => {
      const { put, isDropped } = await scene();
      const [known, unknown] = [randomUUID(), randomUUID()];
      await put({ saying: known });
      const [blob] = await world().mediaSweep.known(hashOf(known), 1);
      await world().mediaSweep.dropUnknown([blob?.name ?? '', `${hashOf(unknown)}-x`]);
      expect([await isDropped(known), await isDropped(unknown)]).to.deep.equal([false, true]);
      await world().mediaSweep.removed([`${hashOf(unknown)}-x`]);
      expect(await isDropped(unknown)).to.equal(false);
    });

    it('forgets what has been gone for a day and has no bytes any more', async () => {
      const { put, stateOf } = await scene();
      const [old, young] = await Promise.all([
        put({ state: 'gone', goneAt: minute(-2_000) }),
        put({ state: 'gone', goneAt: minute(-100) }),
      ]);
      expect(await world().mediaSweep.ended(YESTERDAY, 1_000)).not.to.include(old);
      await release();
      const ended = await world().mediaSweep.ended(YESTERDAY, 1_000);
      expect(ended).to.include(old).and.not.include(young);
      await world().mediaSweep.forget([old, young]);
      expect(await stateOf(old)).to.equal(undefined);
    });

    it('moves on once of several that have gone the same way', async () => {
      const { mediaSweep } = world();
      const way = randomUUID();
      expect(await mediaSweep.place(way)).to.equal('');
      await mediaSweep.moveOn(way, '', 'b');
      await mediaSweep.moveOn(way, '', 'a');
      expect(await mediaSweep.place(way)).to.equal('b');
      await mediaSweep.moveOn(way, 'b', '');
      expect(await mediaSweep.place(way)).to.equal('');
    });
  });
}
