/** The page's commands for another namespace leave nothing in the old one, and break no reference. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Page, readPage } from '#tools/cluster/page.js';
import { sh } from '#tools/cluster/shell.js';
import { K8S, namespaceOf, readManifests } from './manifests.js';
import { brokenReferences } from './rules/references.js';

describe('the guide to backups', () => {
  let folder: string;
  let page: Page;

  before(async () => {
    page = await readPage('again');
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-page-'));
    await cp(K8S, join(folder, 'k8s'), { recursive: true });
    await sh(folder, page.rename);
  });
  after(() => rm(folder, { recursive: true }));

  it('puts everything into a namespace of another name', () => {
    const renamed = readManifests(join(folder, 'again'));
    const namespaces = renamed.map(each => (each.name === 'Namespace/again' ? 'again' : namespaceOf(each)));
    expect(new Set(namespaces)).to.deep.equal(new Set(['again']));
    expect(brokenReferences(renamed)).to.deep.equal([]);
  });

  it('names nothing but the namespace anew', () => {
    const withoutName = (from: string, name: string) =>
      JSON.stringify(readManifests(join(folder, from)))
        .replaceAll(
          new RegExp(`"namespace":"${name}"|Namespace/${name}|(?<="Namespace","metadata":{"name":)"${name}"`, 'g'),
          '',
        )
        .replaceAll(`"file":"${from}/`, '');
    expect(withoutName('again', 'again')).to.equal(withoutName('k8s', 'minitelegram'));
  });

  it('takes no Secret for its own by applying what was read', () => {
    for (const script of [page.restoreSecrets, page.restoreAnew]) {
      expect(script).to.match(/patch secret \$secret/);
      expect(script).to.not.match(/apply.*\.json/);
    }
  });
});
