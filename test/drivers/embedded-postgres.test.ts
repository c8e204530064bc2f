/** The embedded server: durable, one owner at a time, and never left behind by an owner that ends in order. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { findBinaries, findRunner, linkLibraries } from '#runtime/drivers/postgres/binaries.js';
import { alive, initialise, postmaster } from '#runtime/drivers/postgres/cluster.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { eventually } from '../support/eventually.js';
import { memoryLog } from '../support/log.js';
import { administer } from '../support/postgres.js';
import { nodesOf, type Plan, rowsRead } from './explain.js';

/** Writes from when another's server is ready until that has started, and makes no server of it. */
const SLOW_INITDB = (ready: string, started: string) => `#!/bin/sh
folder=\${1#--pgdata=}
until grep -q ready '${ready}' 2>/dev/null || [ -e '${started}' ]; do sleep 0.01; done
count=0
until [ -e '${started}' ] || [ ! -d "$folder" ]; do
  echo > "$folder/$count"
  count=$((count + 1))
  sleep 0.001
done
exit 1
`;

describe('embedded PostgreSQL', () => {
  let dataDir: string;
  const running: EmbeddedPostgres[] = [];

  const start = async (log = memoryLog()) => {
    const server = await startEmbeddedPostgres({ dataDir, log });
    running.push(server);
    return server;
  };
  const pidOf = async () => (await postmaster(join(dataDir, 'postgres')))?.pid as number;

  /** Only its owner can get into this folder: as root, PostgreSQL's account needs more than a uid. */
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'embedded-'));
  });

  after(() => rm(dataDir, { recursive: true }));

  afterEach(async () => {
    await Promise.all(running.splice(0).map(server => server.stop()));
  });

  it('lets one of two win that begin at once on an empty DATA_DIR, and tells the other', async () => {
    const starts = await Promise.allSettled([start(), start()]);
    const refused = starts.filter(outcome => outcome.status === 'rejected');
    expect(refused, refused.map(({ reason }) => String(reason)).join('; ')).to.have.length(1);
    expect(refused[0]?.reason.message).to.include(dataDir);
    expect((await readdir(dataDir)).sort()).to.deep.equal(['postgres', 'postgres.log', 'postgres.password']);
  });

  it('goes by the files of who was faster, and is in nobody’s way who was slower', async () => {
    const folder = join(dataDir, 'raced-for');
    await mkdir(folder);
    const cluster = join(folder, 'postgres');
    const binaries = await findBinaries();
    const slow = join(dataDir, 'slow-initdb');
    const started = join(dataDir, 'started');
    await writeFile(slow, SLOW_INITDB(join(cluster, 'postmaster.pid'), started), { mode: 0o755 });
    const runner = await findRunner(binaries, folder, cluster);
    const overtaken = initialise({ dataDir: folder, cluster, runner, binaries: { ...binaries, initdb: slow } });
    try {
      running.push(await startEmbeddedPostgres({ dataDir: folder, log: memoryLog() }));
    } finally {
      await writeFile(started, '');
      await overtaken;
    }
    expect(await administer(running[0]?.dsn ?? '', 'select 1 as x')).to.deep.equal([{ x: 1 }]);
    expect((await readdir(folder)).filter(name => name.includes('init-'))).to.deep.equal([]);
  });

  it('is a durable server for this machine only, with Unicode', async () => {
    const { dsn } = await start();
    const settings = `select current_setting('listen_addresses') as listen, current_setting('fsync') as fsync,
      current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding,
      lower('ÄЖ') as lower`;
    expect(await administer(dsn, settings)).to.deep.equal([
      { listen: '127.0.0.1', fsync: 'on', sockets: '', encoding: 'UTF8', lower: 'äж' },
    ]);
    const password = await stat(join(dataDir, 'postgres.password'));
    expect(password.mode & 0o777).to.equal(0o600);
    const stranger = new URL(dsn);
    stranger.password = 'wrong';
    const refusal = await administer(stranger.href, 'select 1').catch(error => error);
    expect(refusal.code).to.equal('28P01');
  });

  it('keeps what is in it, and is gone when it was stopped', async () => {
    const first = await start();
    await administer(first.dsn, 'create table kept as select 42 as x');
    const pid = await pidOf();
    await Promise.all([first.stop(), first.stop()]);
    expect(alive(pid)).to.equal(false);
    const second = await start();
    expect(await administer(second.dsn, 'select x from kept')).to.deep.equal([{ x: 42 }]);
  });

  it('does not hear the Ctrl-C of our terminal', async function () {
    if (process.platform === 'win32') return this.skip();
    await start();
    const pid = await pidOf();
    expect(() => process.kill(-pid, 0), 'it leads a process group of its own').not.to.throw();
  });

  it('refuses a second process, naming DATA_DIR, and leaves the first alone', async () => {
    const { dsn } = await start();
    const refusal = await start().catch(error => error);
    expect(refusal).to.be.instanceOf(Error);
    expect(refusal.message).to.include('DATA_DIR').and.include(dataDir);
    expect(await administer(dsn, 'select 1 as x')).to.deep.equal([{ x: 1 }]);
  });

  it('takes over the server of a process that was killed, and ends it when it ends itself', async () => {
    const script = fileURLToPath(new URL('../support/hold-postgres.js', import.meta.url));
    const owner = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(owner.stdout, 'data');
    const pid = await pidOf();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(alive(pid)).to.equal(true);
    const heir = await start();
    expect(heir.dsn).to.equal(String(line).trim());
    expect(await pidOf()).to.equal(pid);
    await heir.stop();
    await eventually('the server is gone', () => !alive(pid));
  });

  it('starts a server that was killed again, on the same port, with everything in it', async () => {
    const log = memoryLog();
    const { dsn } = await start(log);
    await administer(dsn, 'create table survives as select 7 as x');
    const pid = await pidOf();
    process.kill(pid, 'SIGKILL');
    await eventually('it is back', () => log.lines.some(({ message }) => message.endsWith('is back')));
    expect(await pidOf()).not.to.equal(pid);
    expect(await administer(dsn, 'select x from survives')).to.deep.equal([{ x: 7 }]);
  });

  it('starts past a postmaster.pid that a machine left behind when it went down', async () => {
    const pid = 2 ** 22 + 1;
    const { port } = new URL((await start()).dsn);
    await running.pop()?.stop();
    const stale = [pid, join(dataDir, 'postgres'), 1, port, '', '127.0.0.1', '', 'ready', ''].join('\n');
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), stale);
    expect(await administer((await start()).dsn, 'select 1 as x')).to.deep.equal([{ x: 1 }]);
  });

  it('keeps the values of failed statements out of its log', async () => {
    const { dsn } = await start();
    const failures = [
      "select 'a secret of mine'::int",
      "create table once (x text unique); insert into once values ('a secret of mine'), ('a secret of mine')",
    ];
    for (const text of failures) expect(await administer(dsn, text).catch(error => error)).to.be.instanceOf(Error);
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
    expect(log).to.include('ready to accept connections').and.not.include('a secret of mine');
  });

  describe('with an LC_CTYPE of ASCII, as it was made by earlier versions', () => {
    const NAMES = `
      create extension if not exists pg_trgm;
      create table names (name text);
      insert into names select 'фамилия' || n from generate_series(1, 5000) n;
      insert into names values ('сидоров');
      create index names_parts on names using gin (lower(name) gin_trgm_ops)`;
    const FOUND = `select name from names where lower(name) like '%идоро%'`;
    const CTYPES = `select datname as name, datctype as ctype from pg_database where datctype in ('C', 'POSIX')`;
    const mark = () => join(dataDir, 'postgres.reindex');

    /** Puts the clock back: as `initdb --locale=C` made it. Resolves when the server is gone. */
    async function narrow(): Promise<void> {
      const server = await start();
      await administer(server.dsn, "update pg_database set datctype = 'C'");
      await administer(server.dsn, `drop table if exists names; ${NAMES}`);
      await server.stop();
      running.splice(0);
    }

    /** How many rows the index brings for a search that one answers. */
    async function candidates(dsn: string): Promise<number> {
      const explain = `set enable_seqscan = off; explain (analyze, timing off, format json) ${FOUND}`;
      const [row] = await administer<{ 'QUERY PLAN': [{ Plan: Plan }] }>(dsn, explain);
      return Math.max(...nodesOf((row as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan).map(rowsRead));
    }

    it('finds names in any script by index from then on, and loses none', async () => {
      await narrow();
      const log = memoryLog();
      const { dsn } = await start(log);
      expect(await administer(dsn, CTYPES)).to.deep.equal([]);
      expect(await administer(dsn, FOUND)).to.deep.equal([{ name: 'сидоров' }]);
      expect(await administer(dsn, 'select count(*)::int as n from names')).to.deep.equal([{ n: 5001 }]);
      expect(await candidates(dsn)).to.be.lessThan(10);
      expect(await readdir(dataDir)).not.to.include('postgres.reindex');
      await running.pop()?.stop();
      const again = memoryLog();
      await start(again);
      expect(
        [log, again].map(({ lines }) => lines.filter(({ message }) => message.includes('scripts')).length),
      ).to.deep.equal([1, 0]);
    });

    it('goes on where it was killed, also between the new LC_CTYPE and the new indexes', async () => {
      await narrow();
      const { dsn } = await start();
      await administer(dsn, "update pg_database set datctype = 'C'");
      await administer(dsn, 'reindex index names_parts');
      await administer(dsn, "update pg_database set datctype = 'C.UTF-8'");
      await writeFile(mark(), '');
      await running.pop()?.stop();
      const found = await start();
      expect(await administer(found.dsn, FOUND)).to.deep.equal([{ name: 'сидоров' }]);
      expect(await candidates(found.dsn)).to.be.lessThan(10);
    });

    for (const afterMs of [0, 40, 80, 160, 320]) {
      it(`survives being killed ${afterMs} ms after the server is ready`, async () => {
        await narrow();
        const script = fileURLToPath(new URL('../support/hold-postgres.js', import.meta.url));
        const owner = spawn(process.execPath, [script, dataDir], { stdio: 'ignore' });
        await eventually('the server is ready', async () => (await postmaster(join(dataDir, 'postgres')))?.ready);
        await delay(afterMs);
        owner.kill('SIGKILL');
        await once(owner, 'exit');
        const { dsn } = await start();
        expect(await administer(dsn, CTYPES)).to.deep.equal([]);
        expect(await administer(dsn, FOUND)).to.deep.equal([{ name: 'сидоров' }]);
        expect(await candidates(dsn)).to.be.lessThan(10);
        expect(await readdir(dataDir)).not.to.include('postgres.reindex');
      });
    }
  });

  it('links the libraries that a package cannot carry, as often and by as many as like', async () => {
    const root = join(dataDir, 'package');
    await mkdir(join(root, 'native', 'lib'), { recursive: true });
    await writeFile(join(root, 'native', 'lib', 'libx.so.1.2'), '');
    const list = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' }];
    await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(list));
    await Promise.all([linkLibraries(root), linkLibraries(root)]);
    await linkLibraries(root);
    const target = join(root, 'native', 'lib', 'libx.so');
    expect((await lstat(target)).isSymbolicLink()).to.equal(true);
    expect(await readlink(target)).to.equal('libx.so.1.2');
    await rm(root, { recursive: true });
  });
});
