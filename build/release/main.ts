/**
 * `npm run release`: looks whether what is checked out can be released as the version in package.json, and says what it
 * would tag; with `-- --for-real` it does so. The network is not used: pushing the tag is left to whoever may.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { sectionOf } from './changelog.js';
import { isNewer, latestOf, parseVersion } from './version.js';

const run = promisify(execFile);
const git = async (...words: string[]): Promise<string> => (await run('git', words)).stdout.trim();

/** Throws with what is wrong, or answers what was found. */
type Check = () => Promise<string>;

const { values } = parseArgs({ options: { 'for-real': { type: 'boolean', default: false } } });
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const changelog = await readFile('CHANGELOG.md', 'utf8').catch(() => '');
const tag = `v${version}`;

const versionFits: Check = async () => {
  if (!parseVersion(version)) throw new Error(`package.json has the version ${version}, which is not three numbers`);
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { version: string };
  if (lock.version !== version) throw new Error(`package-lock.json has the version ${lock.version}, not ${version}`);
  const tags = (await git('tag', '--list')).split('\n');
  const latest = latestOf(tags);
  if (tags.includes(tag)) throw new Error(`${tag} is there already: give package.json a newer version`);
  if (latest && !isNewer(version, latest.slice(1))) throw new Error(`${version} is not newer than ${latest}`);
  return `version ${version}, ${latest ? `newer than ${latest}` : 'the first'}`;
};

const treeIsClean: Check = async () => {
  const changes = await git('status', '--porcelain');
  if (changes !== '') throw new Error(`not everything is committed:\n${changes}`);
  return 'everything is committed';
};

const changelogTells: Check = async () => {
  const section = sectionOf(changelog, version);
  if (!section?.notes) throw new Error(`CHANGELOG.md has no notes under ## [${version}] - DATE`);
  if (!/^\d{4}-\d\d-\d\d$/.test(section.date))
    throw new Error(`CHANGELOG.md has no date such as 2026-01-31 beside [${version}]`);
  const rest = sectionOf(changelog, 'Unreleased')?.notes;
  if (rest)
    throw new Error(`CHANGELOG.md has notes under [Unreleased], which belong to ${version} or to a newer version`);
  return `CHANGELOG.md tells of ${version}`;
};

const itBuilds: Check = async () => {
  await run('npm', ['run', '--silent', 'build'], { maxBuffer: 10_000_000 }).catch(err => {
    throw new Error(`npm run build fails:\n${err.stdout}${err.stderr}`.trim());
  });
  await treeIsClean();
  return 'it builds, and the build leaves the tree as it was';
};

async function main(): Promise<number> {
  let wrong = 0;
  for (const check of [versionFits, treeIsClean, changelogTells, itBuilds]) {
    await check().then(
      found => console.log(`✔ ${found}`),
      (err: Error) => {
        wrong += 1;
        console.log(`✘ ${err.message}`);
      },
    );
  }
  if (wrong > 0) return 1;
  const commit = await git('rev-parse', '--short', 'HEAD');
  if (!values['for-real']) {
    console.log(`would tag ${commit} as ${tag}; npm run release -- --for-real does`);
    return 0;
  }
  await git(
    'tag',
    '--annotate',
    '--cleanup=verbatim',
    '--message',
    `${tag}\n\n${sectionOf(changelog, version)?.notes}`,
    tag,
  );
  console.log(`tagged ${commit} as ${tag}; git push origin ${tag} publishes it`);
  return 0;
}

process.exitCode = await main();
