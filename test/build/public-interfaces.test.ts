/** The linter's rule that packages are used by their public interfaces: it finds what it should, and nothing else. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RULE = join(ROOT, 'build/lint/public-interfaces.grit');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

const REFUSED = {
  'a private member': 'export const found = socket._events;',
  'a private member by its text': "export const found = socket['_events'];",
  'a call of one': 'socket._read();',
  'a shape written by hand': 'export const { stream } = connection as unknown as { stream?: object };',
  'a shape of anything': 'export const all = connection as unknown as Record<string, object>;',
  'a patch of a prototype': 'Server.prototype.listen = listen;',
  'another prototype': 'Own.prototype = Server.prototype;',
  'members for a prototype': 'Object.assign(Server.prototype, { listen });',
  'a property of a prototype': "Object.defineProperty(Server.prototype, 'listen', { value: 1 });",
  'symbols looked for': 'export const symbols = Object.getOwnPropertySymbols(socket);',
  "Node's bindings": "process.binding('tcp_wrap');",
  'flags of V8': "setFlagsFromString('--no-opt');",
  'flags of V8 by its module': "v8.setFlagsFromString('--no-opt');",
};

const ALLOWED = `
export const parsed = JSON.parse(text) as { readonly id: string };
export const own = event as unknown as Event;
export const rows = found.map((_row, at) => at);
export const plain = Object.getPrototypeOf(value) === Object.prototype;
export const has = Object.prototype.hasOwnProperty.call(value, 'a');
export const made = Object.assign(new Error('no'), { code: 'none' });
`;

describe('the rule about public interfaces', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lint-'));
    const ours = JSON.parse(await readFile(join(ROOT, 'biome.json'), 'utf8')) as {
      plugins: readonly { path: string }[];
    };
    const plugins = ours.plugins.filter(({ path }) => join(ROOT, path) === RULE).map(each => ({ ...each, path: RULE }));
    const linter = { rules: { preset: 'none' } };
    await writeFile(join(folder, 'biome.json'), JSON.stringify({ root: true, plugins, linter }));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function lint(
    text: string,
    file = 'runtime/sample.ts',
  ): Promise<{ readonly code: number; readonly told: string }> {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
    const asked = promisify(execFile)(process.execPath, [BIOME, 'lint', file], { cwd: folder });
    return asked.then(
      ({ stderr }) => ({ code: 0, told: stderr }),
      ({ code, stderr }) => ({ code, told: stderr }),
    );
  }

  for (const [what, text] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, async () => {
      const { code, told } = await lint(text);
      expect(code).to.equal(1);
      expect(told).to.contain('sample.ts:1:').and.to.contain(' plugin ');
    });
  }

  for (const place of ['runtime/drivers', 'functions/stores', 'web/client', 'build/dev', 'examples/orders']) {
    it(`holds in ${place}`, async () => {
      expect((await lint(REFUSED['a private member'], `${place}/sample.ts`)).code).to.equal(1);
    });
  }

  it('leaves tests alone, which look behind things', async () => {
    expect((await lint(REFUSED['a private member'], 'test/runtime/sample.ts')).code).to.equal(0);
  });

  it('lets everything else pass', async () => {
    expect(await lint(ALLOWED)).to.deep.equal({ code: 0, told: '' });
  });
});
