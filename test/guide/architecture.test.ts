/** What docs/architecture.md says of files and names is so. */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const ROOT = new URL('../../../', import.meta.url);
const PAGE = readFileSync(new URL('docs/architecture.md', ROOT), 'utf8');
const IN_A_TABLE = /^\| \d+ \| `([^`]+\.ts)` \| `(\w+)` \|/gm;
const PLACE = /`((?:runtime|functions|web|test|examples)\/[\w./-]+)`/g;

const steps = [...PAGE.matchAll(IN_A_TABLE)].map(([, file = '', name = '']) => ({ file, name }));
const places = [...new Set([...PAGE.matchAll(PLACE)].map(([, place = '']) => place))];

describe('the page about the architecture', () => {
  it('follows a message and a request', () => {
    expect(steps).to.have.length.above(15);
    expect(places).to.have.length.above(25);
  });

  for (const { file, name } of steps) {
    it(`finds ${name} in ${file}`, () => {
      const source = readFileSync(new URL(file, ROOT), 'utf8');
      expect(source).to.match(new RegExp(`^export (?:async )?(?:function|const|class) ${name}\\b`, 'm'));
    });
  }

  for (const place of places) {
    it(`names ${place}, which is there`, () => {
      expect(existsSync(new URL(place, ROOT))).to.equal(true);
    });
  }
});
