/** Files come to the server whole, whatever happens on the way, and are kept until they are part of a message. */
import { expect } from 'chai';
import { memoryFiles } from '../../../web/client/file-store.js';
import { Refusal } from '../../../web/client/refusal.js';
import { createStore } from '../../../web/client/state.js';
import { type MemoryStorage, memoryStorage } from '../../../web/client/storage.js';
import type { Tus } from '../../../web/client/tus.js';
import { createUploads, type Uploads } from '../../../web/client/uploads.js';
import { type FakeClock, fakeClock, settled } from '../support/fake-clock.js';

const KiB = 1024;
const away = new Refusal('unavailable', 'away');

/** What a server has of uploads, and what it was asked; `before` may refuse. */
function server() {
  const has = new Map<string, Buffer>();
  const asked: string[] = [];
  const the = { has, asked, before: (_what: string) => {}, takesMs: 0, clock: undefined as FakeClock | undefined };
  const said = (what: string): void => {
    asked.push(what);
    the.before(what);
  };
  const tus: Tus = {
    async make(size, { clientId = '', filename, kind }) {
      said(`make ${filename} ${kind} ${size}`);
      if (!has.has(clientId)) has.set(clientId, Buffer.alloc(0));
      return { url: clientId, mediaId: `media of ${clientId}` };
    },
    async offset(url) {
      said(`offset ${has.get(url)?.length}`);
      return has.get(url)?.length;
    },
    async send(url, offset, piece) {
      said(`send ${offset}+${piece.size}`);
      const before = has.get(url);
      if (before?.length !== offset) throw away;
      has.set(url, Buffer.concat([before, Buffer.from(await piece.arrayBuffer())]));
      if (the.takesMs > 0) await the.clock?.pass(the.takesMs);
      return offset + piece.size;
    },
    async remove(url) {
      said(`remove ${url}`);
      has.delete(url);
    },
  };
  return Object.assign(the, { tus });
}

function stage(at = server(), storage: MemoryStorage = memoryStorage(), files = memoryFiles()) {
  const clock = fakeClock();
  at.clock = clock;
  const store = createStore();
  store.change({ link: 'online' });
  let count = 0;
  let over = 0;
  const uploads: Uploads = createUploads({
    ...{ userId: 'ann', storage, files, store, clock, tus: at.tus },
    newId: () => `${Date.now()}-${Math.random()}-${++count}`,
    settled: () => (over += 1),
  });
  const all = () => store.state.uploads;
  const done = async (): Promise<void> => {
    for (let turn = 0; turn < 200 && all().some(({ state }) => state !== 'done' && state !== 'failed'); turn++)
      await settled();
  };
  return {
    clock,
    store,
    storage,
    files,
    uploads,
    at,
    all,
    done,
    get over() {
      return over;
    },
  };
}

const aFile = (size: number, name = 'a.bin') => {
  const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) % 251));
  return { bytes, file: { bytes: new Blob([bytes], { type: 'image/png' }), name, kind: 'photo' as const } };
};

describe('uploads of a client', () => {
  it('go in pieces that grow as far as the line is fast, and are whole', async () => {
    const the = stage();
    const { bytes, file } = aFile(900 * KiB);
    const id = the.uploads.add('chat', file);

    await the.done();
    const [upload] = the.all();
    expect(upload).to.include({ id, state: 'done', sent: bytes.length, kind: 'photo', type: 'image/png' });
    expect(upload?.mediaId).to.match(/^media of /);
    expect([...the.at.has.values()][0]?.equals(bytes)).to.equal(true);
    expect(the.at.asked).to.deep.equal([
      `make a.bin photo ${bytes.length}`,
      ...['offset 0', `send 0+${256 * KiB}`, `send ${256 * KiB}+${512 * KiB}`, `send ${768 * KiB}+${132 * KiB}`],
    ]);
    expect(the.over).to.equal(1);
  });

  it('go in smaller pieces where the line is slow', async () => {
    const at = server();
    at.takesMs = 3_000;
    const the = stage(at);
    the.uploads.add('chat', aFile(500 * KiB).file);
    await the.done();
    expect(at.asked.filter(what => what.startsWith('send'))).to.deep.equal([
      `send 0+${256 * KiB}`,
      `send ${256 * KiB}+${128 * KiB}`,
      `send ${384 * KiB}+${64 * KiB}`,
      `send ${448 * KiB}+${52 * KiB}`,
    ]);
  });

  it('go on where they were when the line comes back, whether the last piece came or not', async () => {
    const at = server();
    const the = stage(at);
    let lost = 2;
    at.before = what => {
      if (what.startsWith(`send ${256 * KiB}`) && lost-- > 0) throw away;
    };
    const { bytes, file } = aFile(600 * KiB);
    the.uploads.add('chat', file);
    for (let turn = 0; turn < 20; turn++) await settled();
    expect(the.all()[0]).to.include({ state: 'waiting', sent: 256 * KiB });
    await the.clock.pass(1_000);
    await the.clock.pass(2_000);
    await the.done();
    expect([...at.has.values()][0]?.equals(bytes)).to.equal(true);
    expect(at.asked.filter(what => what.startsWith('make'))).to.have.length(1);
  });

  it('go on after a reload, with what was kept of them', async () => {
    const [at, storage, files] = [server(), memoryStorage(), memoryFiles()];
    const first = stage(at, storage, files);
    at.before = what => {
      if (what.startsWith(`send ${256 * KiB}`)) throw away;
    };
    const { bytes, file } = aFile(600 * KiB);
    const id = first.uploads.add('chat', file);
    for (let turn = 0; turn < 20; turn++) await settled();
    first.uploads.close();
    at.before = () => {};
    at.asked.length = 0;

    const second = stage(at, storage.share(), files);
    expect(second.all().map(each => each.id)).to.deep.equal([id]);
    second.uploads.flush();
    await second.done();
    expect(at.asked).to.deep.equal([
      `offset ${256 * KiB}`,
      `send ${256 * KiB}+${256 * KiB}`,
      `send ${512 * KiB}+${88 * KiB}`,
    ]);
    expect([...at.has.values()][0]?.equals(bytes)).to.equal(true);
    expect(await (await second.uploads.bytes(id))?.size).to.equal(bytes.length);
    second.uploads.release([id]);
    expect(second.all()).to.deep.equal([]);
    expect(storage.keys()).to.deep.equal([]);
    expect(await files.get(id)).to.equal(undefined);
    expect(at.has.size, 'it is part of a message').to.equal(1);
  });

  it('begin anew where the server has them no more', async () => {
    const at = server();
    const the = stage(at);
    let first = true;
    at.before = what => {
      if (what.startsWith(`send ${256 * KiB}`) && first) {
        first = false;
        at.has.clear();
      }
    };
    const { bytes, file } = aFile(600 * KiB);
    the.uploads.add('chat', file);
    for (let turn = 0; turn < 20; turn++) await settled();
    for (let turn = 0; turn < 4; turn++) await the.clock.pass(4_000);
    await the.done();
    expect(at.asked.filter(what => what.startsWith('make'))).to.have.length(2);
    expect([...at.has.values()].map(each => each.equals(bytes))).to.deep.equal([true]);
  });

  it('fail where the server refuses them, and go once more when somebody wants it', async () => {
    const at = server();
    const the = stage(at);
    at.before = what => {
      if (what.startsWith('make')) throw new Refusal('too_large', 'you have no room for it');
    };
    const id = the.uploads.add('chat', aFile(10).file);
    await the.done();
    expect(the.all()[0]).to.include({ state: 'failed', reason: 'you have no room for it' });
    expect(the.over).to.equal(1);
    at.before = () => {};
    the.uploads.retry([id]);
    await the.done();
    expect(the.all()[0]).to.include({ state: 'done', sent: 10 });
    expect(the.all()[0]).not.to.have.property('reason');
  });

  it('are given up at the server as well, in the middle of a piece', async () => {
    const at = server();
    const the = stage(at);
    const id = the.uploads.add('chat', aFile(300 * KiB).file);
    at.before = what => {
      if (what.startsWith('send')) the.uploads.cancel([id]);
    };
    for (let turn = 0; turn < 20; turn++) await settled();
    expect(the.all()).to.deep.equal([]);
    expect(at.asked.filter(what => what.startsWith('send'))).to.have.length(1);
    expect(at.asked.at(-1)).to.match(/^remove/);
    expect(the.storage.keys()).to.deep.equal([]);
  });

  it('are sent by one tab of several', async () => {
    const [at, storage, files] = [server(), memoryStorage(), memoryFiles()];
    const [one, other] = [stage(at, storage, files), stage(at, storage.share(), files)];
    one.uploads.add('chat', aFile(600 * KiB).file);
    await settled();
    other.uploads.flush();
    await Promise.all([one.done(), other.done()]);
    await other.clock.pass(4_000);
    expect(at.asked.filter(what => what.startsWith('make'))).to.have.length(1);
    expect(at.asked.filter(what => what.startsWith('send'))).to.have.length(2);
    expect(other.all().map(({ state }) => state)).to.deep.equal(['done']);
  });
});
