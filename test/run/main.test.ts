/** `npm test` from outside, on test files that are made here: what it says in the end, and how it ends. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

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

describe('npm test', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'test-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(files: Readonly<Record<string, string>>, ...words: string[]) {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.test.js`), text);
    const { CI: _, ...rest } = process.env;
    const env = { ...rest, NODE_V8_COVERAGE: '' };
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

  it('runs the files that it is told to, and refuses to run none', async () => {
    const { lines } = await run({ fine: FINE, fails: FAILS }, 'fine');
    expect(lines.at(-1)).to.equal('2 passed, 0 failed, 0 skipped');
    expect((await run({}, 'nowhere')).code).to.equal(2);
  });
});
