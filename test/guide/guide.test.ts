/** Does what the guide tells a newcomer to do, in a copy of the project: what stands there has to work as it stands. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Checkout, checkout } from '../support/checkout.js';
import { type Dev, startDev } from '../support/dev.js';
import { endOrphans } from '../support/orphans.js';
import { changesIn, type Step, stepsOf } from '../support/steps.js';

const GUIDE = new URL('../../../docs/guide.md', import.meta.url);

describe('the guide', function () {
  this.timeout(480_000);
  let project: Checkout;
  let dev: Dev | undefined;
  let steps: Step[];
  const step = (n: number, language: string): string => {
    expect(steps[n]?.language).to.equal(language);
    return steps[n]!.text;
  };
  const shell = (script: string) => project.run('sh', '-ec', script);
  const apply = async (diff: string) => {
    for (const { path, from, to } of changesIn(diff)) await project.change(path, from, to);
  };

  before(async () => {
    steps = await stepsOf(GUIDE);
    project = await checkout();
  });
  after(async () => {
    await dev?.kill().catch(() => {});
    await endOrphans(project.folder);
    await project.remove();
  });

  it('begins two functions, and is told what to add where', async () => {
    const said = await shell(step(0, 'sh'));
    const added = step(1, 'diff')
      .match(/^\+.*/gm)!
      .map(line => line.slice(1).trim());
    for (const line of added.filter(each => /^(import|on\(socket|on\(http|waved:)/.test(each)))
      expect(said).to.include(line);
  });

  it('binds them to a route, a socket event and a queue, and runs them', async () => {
    await apply(step(1, 'diff'));
    dev = await startDev(project.folder);
  });

  it('lets one set off the other, while it runs', async () => {
    const reloaded = dev!.says(/reloaded in \d+ ms: functions\/waves\/wave.ts/);
    await apply(step(2, 'diff'));
    console.info(`      ${await reloaded}`);
  });

  it('calls the route and the socket event, and the queue brings it to whom it concerns', async () => {
    const script = step(3, 'js');
    await writeFile(join(project.folder, 'wave.mjs'), script.replace('http://localhost:8080', dev!.url));
    const said = [...script.matchAll(/console\.log\('(.*)'\)/g)].map(([, text]) => `${text}\n`);
    expect(said).to.have.length(2);
    expect(await project.run('timeout', '20', process.execPath, 'wave.mjs')).to.equal(said.join(''));
    await dev!.ctrlC();
  });

  it('holds: types, tests, style, and the map shows it', async () => {
    const said = await shell(step(4, 'sh'));
    expect(said).to.match(/0 failed, 0 skipped/);
    expect(said).to.include('publishes    minitelegram.waved.v1 → waved');
    await project.run('npx', 'biome', 'check', '--error-on-warnings', 'functions', 'runtime', 'test/functions');
  });
});
