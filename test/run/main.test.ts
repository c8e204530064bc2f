/** `npm test` from outside, on test files that are made here: what it says in the end, and how it ends. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const FINE = "describe('fine', () => { it('holds', () => {}); it('holds as well', () => {}); });";
const FAILS = `describe('broken', () => {
  it('holds here', () => {});
  it('says what is wrong', () => { throw new Error('the first of many lines\\n' + 'and another\\n'.repeat(200) + 'the last one', { cause: new Error('the reason') }); });
});`;
const SKIPS = "describe('without a server', () => { it.skip('would ask it', () => {}); });";
const ENDS = "describe('ended', () => { it('goes away', () => process.exit(0)); });";
const LEAKS =
  "describe('leaking', () => { it('leaves', () => void setTimeout(() => { throw new Error('late'); }, 50)); });";
const NEVER = "describe('another file', () => { it('is not begun', () => {}); });";
/** What makes something, hangs, and takes it away again. */
const making = (folder: string, hangs: string): string => `
import { rmSync, writeFileSync } from 'node:fs';
const made = ${JSON.stringify(`${folder}/made`)};
const told = new Promise(resolve => process.once('SIGTERM', resolve));
const make = () => new Promise(resolve => { writeFileSync(made, ''); if (${hangs.startsWith('before')}) resolve(); });
describe('making', () => { ${hangs}; it('is not begun', make); after(() => rmSync(made)); });
`;

describe('npm test', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'test-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(files: Readonly<Record<string, string>>): Promise<NodeJS.ProcessEnv> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.test.js`), text);
    const { CI: _, ...rest } = process.env;
    return { ...rest, NODE_V8_COVERAGE: '' };
  }

  async function run(files: Readonly<Record<string, string>>, ...words: string[]) {
    const env = await write(files);
    return new Promise<{ code: unknown; lines: string[] }>(resolve => {
      execFile(process.execPath, [MAIN, '--folder', folder, ...words], { env }, (error, stdout) =>
        resolve({ code: error ? error.code : 0, lines: stdout.trimEnd().split('\n') }),
      );
    });
  }

  it('ends with 0 and one line for machines when all is well', async () => {
    const { code, lines } = await run({ fine: FINE });
    expect(lines.at(-1)).to.equal('2 passed, 0 failed, 0 skipped');
    expect(lines.at(-2)).to.match(/^1 files in 0:\d\d min$/);
    expect(code).to.equal(0);
  });

  it('runs the files that have one of the words in their names, wherever they are', async () => {
    const { lines } = await run({ fine: FINE, fails: FAILS }, 'fine', 'test-files-');
    expect(lines.at(-1)).to.equal('2 passed, 0 failed, 0 skipped');
  });

  it('tells a failure whole, and what was skipped and why, and ends with 1', async () => {
    const { code, lines } = await run({ fine: FINE, fails: FAILS, skips: SKIPS });
    const last = lines.slice(lines.lastIndexOf('  1 failing'));
    expect(last.filter(line => line.includes('and another'))).to.have.lengthOf(200);
    expect(last.join('\n')).to.include('the first of many lines').and.include('the last one').and.include('the reason');
    expect(lines).to.include('  1 × without a server');
    expect(lines.at(-1)).to.equal('3 passed, 1 failed, 1 skipped');
    expect(code).to.equal(1);
  });

  it('counts a process that ends before its tests do, or badly after them, as a failure', async () => {
    for (const text of [ENDS, LEAKS, 'this does not parse']) {
      const { code, lines } = await run({ it: text });
      expect(lines.at(-1)).to.match(/^\d passed, 1 failed, 0 skipped$/);
      expect(code).to.equal(1);
    }
  });

  for (const [signal, what, hangs] of [
    ['SIGTERM', 'a test', "it('hangs', make)"],
    ['SIGINT', 'a preparation', "before(async () => { await make(); await told; }); it('is not begun', make)"],
  ] as const)
    it(`cleans up and begins nothing more when ${signal} comes in ${what}`, async () => {
      const env = await write({ making: making(folder, hangs), never: NEVER });
      const child = spawn(process.execPath, [MAIN, '--folder', folder, '--jobs', '1'], { env });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', text => {
        said += text;
      });
      const closed = once(child, 'close');
      const made = async () => (await readdir(folder)).filter(name => !name.endsWith('.test.js'));
      await eventually('something is made', async () => (await made()).length > 0);
      child.kill(signal);
      expect((await closed)[0]).to.equal(1);
      expect(await made()).to.deep.equal([]);
      expect(said)
        .to.match(/ended (by SIGTERM|with 1)/)
        .and.include('0 passed, 1 failed, 0 skipped');
    });

  it('runs the files that it is told to, and refuses to run none', async () => {
    const { lines } = await run({ fine: FINE, fails: FAILS }, 'fine');
    expect(lines.at(-1)).to.equal('2 passed, 0 failed, 0 skipped');
    expect((await run({}, 'nowhere')).code).to.equal(2);
  });
});
