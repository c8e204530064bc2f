/** `npm run release` in a repository of its own: it tags what can be released, and nothing else. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { sectionOf } from '../../build/release/changelog.js';
import { isNewer, latestOf } from '../../build/release/version.js';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../build/release/main.js', import.meta.url));
const ROOT = new URL('../../../', import.meta.url);

const CHANGELOG = `# Changelog

## [Unreleased]

## [0.2.0] - 2026-03-04

### Added

- Waves.

## [0.1.0] - 2026-01-02

- The first.

[0.2.0]: https://example.org/0.2.0
`;

describe('npm run release', function () {
  this.timeout(60_000);
  let folder: string;
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  const git = async (...words: string[]) => (await run('git', words, { cwd: folder })).stdout;
  const commit = async () => {
    await git('add', '-A');
    await git('-c', 'commit.gpgsign=false', 'commit', '-qm', 'Change');
  };
  const release = (...words: string[]): Promise<{ code: number; said: string }> =>
    run(process.execPath, [MAIN, ...words], { cwd: folder }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
    );
  const packageOf = (version: string, build = 'node --version') => JSON.stringify({ version, scripts: { build } });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'release-'));
    await git('init', '-q');
    await git('config', 'user.name', 'Somebody');
    await git('config', 'user.email', 'somebody@example.org');
    await git('config', 'tag.gpgsign', 'false');
    await put('package.json', packageOf('0.2.0'));
    await put('package-lock.json', JSON.stringify({ version: '0.2.0' }));
    await put('CHANGELOG.md', CHANGELOG);
    await commit();
    await git('tag', 'v0.1.0');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('says what it would tag, and tags nothing', async () => {
    const { code, said } = await release();
    expect(said)
      .to.match(/would tag [0-9a-f]{7,} as v0\.2\.0/)
      .and.include('newer than v0.1.0');
    expect(code).to.equal(0);
    expect(await git('tag')).to.equal('v0.1.0\n');
  });

  it('tags for real when it is told to, with what is new', async () => {
    expect((await release('--for-real')).code).to.equal(0);
    expect(await git('for-each-ref', '--format=%(objecttype) %(contents)', 'refs/tags/v0.2.0')).to.equal(
      'tag v0.2.0\n\n### Added\n\n- Waves.\n',
    );
    const { code, said } = await release('--for-real');
    expect(said).to.include('v0.2.0 is there already');
    expect(code).to.equal(1);
  });

  for (const [what, change, reason] of [
    ['what is not committed', () => put('new.txt', 'new'), /not everything is committed:\n\?\? new.txt/],
    [
      'a version that is older',
      () =>
        Promise.all([put('package.json', packageOf('0.0.9')), put('package-lock.json', '{"version":"0.0.9"}')]).then(
          commit,
        ),
      /0\.0\.9 is not newer than v0\.1\.0/,
    ],
    ['what is no version', () => put('package.json', packageOf('next')).then(commit), /not three numbers/],
    [
      'a lock file of another version',
      () => put('package-lock.json', '{"version":"0.1.9"}').then(commit),
      /package-lock\.json has the version 0\.1\.9/,
    ],
    [
      'a version without notes',
      () => put('CHANGELOG.md', CHANGELOG.replace('0.2.0] -', '0.3.0] -')).then(commit),
      /no notes under ## \[0\.2\.0\]/,
    ],
    [
      'a version without a date',
      () => put('CHANGELOG.md', CHANGELOG.replace(' - 2026-03-04', '')).then(commit),
      /no date/,
    ],
    [
      'notes that no version has',
      () => put('CHANGELOG.md', CHANGELOG.replace('[Unreleased]\n', '[Unreleased]\n\n- More.\n')).then(commit),
      /under \[Unreleased\]/,
    ],
    [
      'what does not build',
      () => put('package.json', packageOf('0.2.0', 'node broken.js')).then(commit),
      /npm run build fails/,
    ],
    [
      'a build that leaves something',
      () => put('package.json', packageOf('0.2.0', 'node --version > left.txt')).then(commit),
      /\?\? left\.txt/,
    ],
  ] as const) {
    it(`does not release ${what}`, async () => {
      await change();
      const { code, said } = await release('--for-real');
      expect(said).to.match(reason).and.not.include('tagged');
      expect(code).to.equal(1);
      expect(await git('tag')).to.equal('v0.1.0\n');
    });
  }
});

describe('versions', () => {
  it('are ordered by numbers, not by letters', () => {
    expect(isNewer('0.10.0', '0.9.9')).to.equal(true);
    expect(isNewer('1.0.0', '1.0.0')).to.equal(false);
    expect(latestOf(['v0.9.0', 'v0.10.0', 'v0.2.0', 'later', 'x9.9.9'])).to.equal('v0.10.0');
    expect(latestOf([''])).to.equal(undefined);
  });
});

describe('CHANGELOG.md', () => {
  it('tells of the version that package.json has', async () => {
    const { version } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8')) as { version: string };
    const section = sectionOf(await readFile(new URL('CHANGELOG.md', ROOT), 'utf8'), version);
    expect(section?.date).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(section?.notes).to.match(/^### Added\n\n- /);
  });
});
