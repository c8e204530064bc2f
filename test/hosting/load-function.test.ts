import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadFunction } from '#runtime/knative.js';
import { directory } from './hosted.js';

const COMMON = 'exports.handle = () => "common";';
const MODULE = 'export const handle = () => "module";';

describe('Loading a function', () => {
  let root: string;
  before(() => {
    root = directory({
      'package.json': '{}',
      'common.js': COMMON,
      'bare.js': 'module.exports = () => "bare";',
      'module.mjs': MODULE,
      'default.mjs': 'export default () => "default";',
      'object.mjs': 'export default { handle: () => "object" };',
      'broken.js': 'module.exports = (',
      'typed/package.json': '{"type":"module"}',
      'typed/index.js': MODULE,
      'typed/common.cjs': COMMON,
      'typed/deep/er/index.js': MODULE,
      'typed/deep/nested/package.json': '{}',
      'typed/deep/nested/index.js': COMMON,
      'main/package.json': '{"main":"./lib/start.js"}',
      'main/lib/start.js': COMMON,
      'invalid/package.json': '{',
      'invalid/index.js': COMMON,
    });
  });
  after(() => rmSync(root, { recursive: true }));

  const answers: [string, string][] = [
    ['common.js', 'common'],
    ['module.mjs', 'module'],
    ['object.mjs', 'object'],
    ['typed/index.js', 'module'],
    ['typed/common.cjs', 'common'],
    ['typed/deep/er/index.js', 'module'],
    ['typed/deep/nested/index.js', 'common'],
    ['typed/deep/nested', 'common'],
    ['main', 'common'],
  ];
  for (const [path, answer] of answers) {
    it(`of ${path}`, async () => {
      const loaded = (await loadFunction(join(root, path))) as { handle(): string };
      expect(loaded.handle()).to.equal(answer);
    });
  }

  it('that is the export itself', async () => {
    for (const [path, answer] of [
      ['bare.js', 'bare'],
      ['default.mjs', 'default'],
    ] as const)
      expect(((await loadFunction(join(root, path))) as () => string)()).to.equal(answer);
  });

  it('fails with what is wrong', async () => {
    const failure = (path: string) =>
      loadFunction(join(root, path)).then(
        () => expect.fail(`${path} was loaded`),
        (error: Error & { code?: string }) => error,
      );
    expect((await failure('invalid/index.js')).message).to.include('package.json');
    expect((await failure('none.js')).code).to.equal('MODULE_NOT_FOUND');
    expect((await failure('broken.js')).name).to.equal('SyntaxError');
  });
});
