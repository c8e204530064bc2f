/**
 * `node dist/tools/cluster/main.js FOLDER`: loses things in the cluster that kubectl talks to, and gets them back with the
 * commands of k8s/README.md, as they stand there. FOLDER/k8s holds the manifests; it works in FOLDER, and in two namespaces
 * of its own that must not exist yet. The three images have to be in the cluster. Says in its last line how many checks
 * held, and exits with 1 when one did not; with `--keep` the namespaces stay then.
 */
import { parseArgs } from 'node:util';
import { change } from './change.js';
import type { Check } from './check.js';
import { openNamespace } from './namespace.js';
import { replace } from './replace.js';
import { restore } from './restore.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: main.js FOLDER [--keep]');
const here = await openNamespace(folder, 'minitelegram-try');
const beside = await openNamespace(folder, 'minitelegram-try-again');
const names = `${here.name} ${beside.name}`;
const say = (line: string) => void process.stdout.write(`${line}\n`);
let [held, failed] = [0, 0];

const check: Check = async (what, work) => {
  const since = performance.now();
  const result = await work();
  held += 1;
  say(`ok: ${what} (${Math.round((performance.now() - since) / 1_000)} s)`);
  return result;
};

const there = await here.run(`kubectl get namespace ${names} --ignore-not-found -o name`);
if (there !== '') throw new Error(`somebody's namespaces are there already; delete them: ${there}`);
try {
  const talk = await restore(check, here, beside);
  await change(check, here, talk);
  await replace(check, here, say);
} catch (error) {
  failed = 1;
  say(`failed: ${error instanceof Error ? `${error.message}\n${error.cause ?? ''}` : error}`);
  say(await here.kubectl('get pods -o wide').catch(String));
}
if (failed === 0 || !values.keep) await here.run(`kubectl delete namespace ${names} --ignore-not-found --timeout=5m`);
say(`backup and restore: ${held} held, ${failed} failed`);
process.exit(failed);
