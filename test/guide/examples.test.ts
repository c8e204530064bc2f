/** The examples in the runtime's documentation compile, and every name of its index has one. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const RUNTIME = new URL('../../../runtime/', import.meta.url);
const SHOP = new URL('../../../test/guide/shop.ts', import.meta.url);
const FOLDER = new URL('../../examples/', import.meta.url);
const COMPILER = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
const EXAMPLE = /@example\n((?: \*(?!\/| @).*\n)+)/g;
/** The doc of a declaration, with an example in it. */
const SHOWN = /@example\n(?:(?! \*\/).*\n)+ \*\/\n(?:\/\/.*\n)*export (?:async )?\w+ (\w+)/g;

const sources = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !/^dist\b|node_modules/.test(path))
  .map(path => readFileSync(new URL(path, RUNTIME), 'utf8'));
const listed = [...readFileSync(new URL('index.ts', RUNTIME), 'utf8').matchAll(/\{([^}]*)\} from/g)];
const index = listed.flatMap(([, names = '']) => [...names.matchAll(/(\w+)(?:,|\s*$)/g)].map(([, name = '']) => name));
const shop = [...readFileSync(SHOP, 'utf8').matchAll(/^export .*?(?:const|interface|type) \{? ?(\w+)/gm)];
const shown = new Set(sources.flatMap(text => [...text.matchAll(SHOWN)].map(([, name]) => name)));
const examples = sources.flatMap(text =>
  [...text.matchAll(EXAMPLE)].map(([, lines = '']) => lines.replace(/^ \* ?/gm, '')),
);

/** Names of the runtime's index and of the shop are imported where the example does not have its own. */
function moduleOf(example: string): string {
  const declared = [...example.matchAll(/(?:const|function|interface|type) \{? ?(\w+)/g)].map(([, name]) => name);
  const own = new Set([
    ...declared,
    ...(example
      .match(/^import .*$/gm)
      ?.join()
      .match(/\w+/g) ?? []),
  ]);
  const used = new Set(example.match(/\b[A-Za-z]\w*/g)?.filter(name => !own.has(name)));
  const imported = [...new Set(shop.map(([, name = '']) => name))].filter(name => used.has(name));
  return `import { ${index.filter(name => used.has(name))} } from 'function-runtime';
import { ${imported} } from '../test/guide/shop.js';
import Type from 'typebox';
${example}
export {};`;
}

describe("the runtime's documentation", () => {
  for (const name of index) it(`shows ${name}`, () => expect(shown).to.include(name));

  it(`has ${examples.length} examples, which compile`, async function () {
    this.timeout(120_000);
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER);
    const compilerOptions = { composite: false, noEmit: true, noUnusedLocals: false, verbatimModuleSyntax: false };
    const project = { extends: '../../tsconfig.base.json', compilerOptions: { ...compilerOptions, types: ['node'] } };
    writeFileSync(new URL('tsconfig.json', FOLDER), JSON.stringify(project));
    for (const [n, example] of examples.entries()) writeFileSync(new URL(`${n}.ts`, FOLDER), moduleOf(example));
    const said = await new Promise(resolve =>
      execFile(process.execPath, [COMPILER, '--checkers', '1', '-p', fileURLToPath(FOLDER)], (_, stdout) =>
        resolve(stdout),
      ),
    );
    expect(said).to.equal('');
  });
});
