/** CPU profiles of a process as it runs, one at a time, where an operator finds them. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { newDataDir } from '../support/new-server.js';
import { endOrphans } from '../support/orphans.js';
import { type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';

interface Profile {
  readonly nodes: readonly unknown[];
  /** Microseconds. */
  readonly startTime: number;
  readonly endTime: number;
}

describe('a CPU profile', () => {
  let folder: string;
  let running: Running;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-profile-'));
  });
  showOnFailure(() => running && { processes: [running] });
  afterEach(async () => {
    await running.stop();
    await endOrphans(folder);
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (change: Record<string, string> = {}) => {
    running = await startImage('all', {
      DATA_DIR: await newDataDir(join(folder, 'data')),
      CPU_PROFILE_DIR: folder,
      ...change,
    });
  };
  const said = (message: string) =>
    running
      .output()
      .split('\n')
      .filter(line => line.includes(`"msg":"${message}"`))
      .map(line => JSON.parse(line) as { path: string });
  const files = async () => (await readdir(folder)).filter(name => name.endsWith('.cpuprofile'));
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Profile;

  it('is taken for ten seconds on SIGUSR2, one for two signals at once, while the process serves on', async () => {
    await start();
    running.signal('SIGUSR2');
    running.signal('SIGUSR2');
    await eventually('it begins', () => said('taking a CPU profile').length > 0);
    running.signal('SIGUSR2');
    await eventually('the second is refused', () => said('a CPU profile is being taken already').length > 0);
    expect((await fetch(`${running.url}/health`)).status).to.equal(200);
    const [{ path }] = await eventually('it is written', () => {
      const written = said('CPU profile written');
      return written.length > 0 && (written as [{ path: string }]);
    });
    expect((await files()).map(name => join(folder, name))).to.deep.equal([path]);
    const { nodes, startTime, endTime } = await read(path);
    expect(nodes).not.to.be.empty;
    expect((endTime - startTime) / 1e6).to.be.within(9.5, 15);
  });

  it('is taken from the start on when it is asked for, and again on SIGUSR2, whole or not when the process goes', async () => {
    await start({ CPU_PROFILE_SECONDS: '1' });
    await eventually('it is written', () => said('CPU profile written').length === 1);
    running.signal('SIGUSR2');
    await eventually('the next begins', () => said('taking a CPU profile').length === 2);
    await running.stop();
    const names = await files();
    expect(names).to.have.length(2);
    for (const name of names) expect((await read(join(folder, name))).nodes).not.to.be.empty;
  });
});
