/** The commands of k8s/README.md, as they stand there, for a namespace of another name. */
import { type Step, stepsOf } from '#support/steps.js';

const PAGE = new URL('../../../k8s/README.md', import.meta.url);

export interface Page {
  /** Copies the manifests into a folder of the namespace's name, with the name replaced. */
  readonly rename: string;
  readonly makeKey: string;
  readonly backUp: string;
  readonly restoreHere: string;
  readonly restoreSecrets: string;
  readonly newPasswords: string;
  readonly restoreAnew: string;
  /** One by one, each with what all of them use. */
  readonly rotateKey: readonly string[];
}

/** The one block of commands that holds the text: where there is none or are two, the page has changed. */
function block(steps: readonly Step[], text: string): string {
  const found = steps.filter(step => step.language === 'sh' && step.text.includes(text));
  if (found.length !== 1) throw new Error(`k8s/README.md has ${found.length} blocks with: ${text}`);
  return found[0]!.text;
}

export async function readPage(namespace: string): Promise<Page> {
  const sections = ['First steps', 'Upgrading', 'Backups'].map(title => stepsOf(PAGE, title));
  const [first, upgrading, backups] = (await Promise.all(sections)) as [Step[], Step[], Step[]];
  const inside = (text: string): string =>
    `ns=${namespace}\n${text}`
      .replaceAll(/^ns=(minitelegram|again)$/gm, `ns=${namespace}`)
      .replaceAll('-n minitelegram ', `-n ${namespace} `)
      .replaceAll('-f k8s/', `-f ${namespace}/`);
  const anew = block(backups, 'cp -r k8s');
  const [shared = '', ...rotation] = block(upgrading, 'add_keys()').split(/^(?=# \d\. )/m);
  return {
    rename: inside(anew.slice(0, anew.indexOf('kubectl'))),
    makeKey: inside(block(first, '-out es256.key')),
    backUp: inside(block(backups, 'pg_dump')),
    restoreHere: inside(block(backups, 'scale deployment')),
    restoreSecrets: inside(block(backups, 'delete pod --all')),
    newPasswords: inside(block(backups, 'change_password')),
    restoreAnew: inside(anew),
    rotateKey: rotation.map(step => inside(shared + step)),
  };
}
