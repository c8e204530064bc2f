/** One namespace with everything in it, as an operator handles it: from a folder that has the manifests in `k8s/`. */
import { eventually } from '#support/eventually.js';
import { readPage } from './page.js';
import { atGateway, sh } from './shell.js';
import { expectTalk, type Talk } from './talk.js';

const PATIENCE = { within: 300_000, every: 1_000 };
const SECRETS = ['jwt-keys', 'app-credentials', 'media-store'] as const;

export type Namespace = Awaited<ReturnType<typeof openNamespace>>;

export async function openNamespace(folder: string, name: string) {
  const page = await readPage(name);
  const run = (script: string) => sh(folder, script);
  const kubectl = (command: string) => run(`kubectl -n ${name} ${command}`);
  const secrets = () =>
    Promise.all(SECRETS.map(secret => kubectl(`get secret ${secret} -o 'jsonpath={.data}'`))).then(String);

  return {
    name,
    page,
    run,
    kubectl,
    /** The data of all Secrets, to be compared. */
    secrets,
    emptySecrets: () => kubectl(`patch secret ${SECRETS.join(' ')} -p '{"data":null}'`),
    deleteSecrets: () => kubectl(`delete secret ${SECRETS.join(' ')}`),

    /** Waits until every workload has its pods, of the newest kind, and all are ready. */
    async ready(): Promise<void> {
      const names = (await kubectl('get statefulset,deployment -o name')).trim().split('\n');
      for (const workload of names) await kubectl(`rollout status ${workload} --timeout=5m`);
    },

    /** Applies the manifests again: nothing then differs from them, and no Secret has changed. */
    async expectApplied(): Promise<void> {
      const before = await secrets();
      await run(`kubectl apply -f ${name}/ && kubectl diff -f ${name}/`);
      if (before !== (await secrets())) throw new Error('applying the manifests again changed a Secret');
    },

    /** Waits until a container of such a pod has ended with these words. */
    ends: (app: string, words: RegExp) =>
      eventually(
        `${app} ends with ${words}`,
        async () => words.test(await kubectl(`get pods -l app=${app} -o 'jsonpath={..terminated.message}'`)),
        PATIENCE,
      ),

    at: <Result>(call: (url: string) => Promise<Result>) => atGateway(name, call),
    expectTalk: (talk: Talk) => atGateway(name, url => expectTalk(url, talk)),
  };
}
