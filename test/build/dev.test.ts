/** `npm run dev` in a copy of the project: what is saved runs, what is stored stays, and what is wrong replaces nothing. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { alive, postmaster } from '#runtime/drivers/postgres/cluster.js';
import { type Checkout, checkout } from '../support/checkout.js';
import { type Dev, startBuiltDev, startDev } from '../support/dev.js';
import { eventually } from '../support/eventually.js';
import { endOrphans } from '../support/orphans.js';
import { group, history, type Person, send, signUp } from '../support/people.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';

const PROFILE = 'functions/users/getProfile.ts';

describe('npm run dev', function () {
  this.timeout(120_000);
  let project: Checkout;
  let dev: Dev;
  let ann: Person;
  let chat: Chat;
  let original: string;

  const file = () => join(project.folder, PROFILE);
  const profile = async () =>
    (await request<{ mood?: string }>(dev.url, 'GET', '/v1/users/me', { token: ann.accessToken })).body;
  /** Resolves with how long the reload took, when it has happened. */
  async function save(text: string): Promise<string> {
    const reloaded = dev.says(/reloaded in \d+ ms: .*/);
    await writeFile(file(), text);
    return reloaded;
  }
  const inMood = (mood: string): string =>
    original.replace('return { reply };', `return { reply: { ...reply, mood: '${mood}' } };`);
  const answers = () =>
    fetch(dev.url).then(
      () => true,
      () => false,
    );
  const server = () => postmaster(join(project.folder, '.data/postgres'));

  before(async function () {
    this.timeout(180_000);
    project = await checkout();
    original = await readFile(file(), 'utf8');
    dev = await startDev(project.folder);
    ann = await signUp(dev.url, 'Ann');
    chat = await group(ann, [await signUp(dev.url, 'Ben')]);
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(dev?.output());
  });
  after(async () => {
    await dev?.kill().catch(() => {});
    await endOrphans(project.folder);
    await project.remove();
  });

  it('runs what is saved, and has what was stored, for the same tokens and on the same server', async () => {
    const live = await ann.connect(dev.url);
    await send(live, chat.id, 'before');
    const before = await server();
    expect(await profile()).not.to.have.property('mood');
    console.info(`      ${await save(inMood('fine'))}`);
    expect(await profile()).to.include({ mood: 'fine' });
    expect(live.heard('server:draining')).to.deep.equal([{}]);
    expect(await server()).to.deep.equal(before);
    expect((await history(ann, chat.id)).map(({ body }) => body)).to.deep.equal(['before']);
    ann.leave();
  });

  it('does so again and again', async () => {
    for (const mood of ['good', 'better', 'best']) {
      console.info(`      ${await save(inMood(mood))}`);
      expect(await profile()).to.include({ mood });
    }
  });

  for (const [what, broken, said] of [
    ['does not parse', 'export const = 3;', /getProfile\.ts:\d+/],
    [
      'imports what is not there',
      "import { nothing } from '../define.js';\nexport default nothing;",
      /"nothing" is not exported/,
    ],
    ['throws when it is loaded', "throw new Error('not in the mood');", /not in the mood/],
  ] as const) {
    it(`keeps what ran when code ${what}, and says so`, async () => {
      const refused = dev.says(/not reloaded; nothing is replaced/);
      await writeFile(file(), `${inMood('broken')}\n${broken}\n`);
      await refused;
      await eventually(`it says ${said}`, () => said.test(dev.output()));
      expect(await profile()).to.include({ mood: 'best' });
    });
  }

  it('runs what has wrong types, and says so, until they are right', async () => {
    const wrong = dev.says(/the types are wrong/, 60_000);
    await save(`${inMood('odd')}\nexport const count: number = 'one';\n`);
    expect(await profile()).to.include({ mood: 'odd' });
    await wrong;
    await eventually('it shows them', () => /getProfile\.ts.*TS2322/.test(dev.output()));
    const right = dev.says(/the types are right again/, 60_000);
    await save(original);
    await right;
    expect(await profile()).not.to.have.property('mood');
  });

  it('replaces what is caught in an endless loop', async () => {
    await save(original.replace('return { reply };', 'while (true);'));
    await request(dev.url, 'GET', '/v1/users/me', { token: ann.accessToken, within: 500 }).catch(() => undefined);
    await save(original);
    expect(await profile()).to.include({ username: ann.username });
  });

  it('serves the page as it is saved', async () => {
    const reloaded = dev.says(/reloaded in \d+ ms: web\/app\/index\.html/);
    await project.change('web/app/index.html', '<title>', '<title>New: ');
    console.info(`      ${await reloaded}`);
    expect(await (await fetch(dev.url)).text()).to.include('<title>New: ');
  });

  it('ends everything on Ctrl-C: the database, too', async () => {
    const { pid } = (await server())!;
    await dev.ctrlC();
    expect(alive(pid)).to.equal(false);
    expect(await server()).to.equal(undefined);
    expect(await answers()).to.equal(false);
  });

  it('has everything when it is started again, and when it was killed', async () => {
    dev = await startBuiltDev(project.folder);
    const { pid } = (await server())!;
    await dev.kill();
    await eventually('nobody serves any more', async () => !(await answers()));
    expect(alive(pid)).to.equal(true);

    dev = await startBuiltDev(project.folder);
    expect((await server())!.pid).to.equal(pid);
    const again = {
      ...ann,
      call: ((method, path) => request(dev.url, method, path, { token: ann.accessToken })) as Person['call'],
    };
    expect((await history(again, chat.id)).map(({ body }) => body)).to.deep.equal(['before']);
    expect(await dev.ctrlC()).to.equal(0);
    expect(await server()).to.equal(undefined);
  });
});
