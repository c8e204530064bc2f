/**
 * `npm run mutate [-- WORDS]`: changes compiled files, one place at a time, runs the tests that pass there, and tells which
 * changes no test has noticed. Words choose the files whose paths have one of them. What a file comes to is kept in
 * `.mutation` as soon as it is measured: without words, only what has changed since is measured again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AREAS, type Area } from './areas.js';
import { type Report, survivors, table } from './report.js';

process.chdir(fileURLToPath(new URL('../../../', import.meta.url)));
const STRYKER = 'tools/mutation/node_modules/.bin/stryker';
const CONFIG = '.mutation/config.json';
const base = JSON.parse(readFileSync('tools/mutation/stryker.config.json', 'utf8'));

interface Measured {
  /** As in `runtime/core/lane`. */
  readonly name: string;
  readonly file: string;
  readonly area: Area;
  /** Stryker's report. */
  readonly report: string;
}

function filesOf(area: Area): readonly Measured[] {
  return readdirSync(area.folder)
    .filter(file => file.endsWith('.js'))
    .map(file => {
      const name = `${area.folder.replace('/dist', '')}/${file.slice(0, -'.js'.length)}`;
      return { name, file: `${area.folder}/${file}`, area, report: `.mutation/${name}.json` };
    });
}

const reportOf = ({ file, report }: Measured): Report | undefined =>
  existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).files[file] : undefined;

const isMeasured = (each: Measured): boolean => reportOf(each)?.source === readFileSync(each.file, 'utf8');

/** From the beginning: Stryker takes a test for the same while it has its name, and would keep what it knew by it. */
function measure({ name, file, area: { tests, grep, patienceMs }, report }: Measured): void {
  rmSync(report, { force: true });
  mkdirSync(dirname(report), { recursive: true });
  const mochaOptions = { ...base.mochaOptions, spec: tests, ...(grep && { grep: grep(basename(name)) }) };
  writeFileSync(CONFIG, JSON.stringify({ ...base, mutate: [file], mochaOptions, incrementalFile: report }));
  const env = { ...process.env, PATIENCE_MS: String(patienceMs) };
  const { status } = spawnSync(STRYKER, ['run', CONFIG], { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

const words = process.argv.slice(2);
const all = AREAS.flatMap(filesOf);
/** A whole name chooses its file alone. */
const chooses = (word: string, name: string): boolean =>
  all.some(each => each.name === word) ? name === word : name.includes(word);
const chosen = all.filter(({ name }) => words.length === 0 || words.some(word => chooses(word, name)));
if (chosen.length === 0) {
  console.error(`nothing to mutate: ${words.join(' ')}`);
  process.exit(2);
}
for (const each of chosen) if (words.length > 0 || !isMeasured(each)) measure(each);
const results = chosen.flatMap(each => {
  const report = reportOf(each);
  return report ? [{ name: each.name, report }] : [];
});
for (const line of [...survivors(results), '', ...table(results)]) console.log(line);
