/**
 * Checks manifests against the published types of their kinds: unknown and missing fields, types, listed values by the
 * compiler, formats and ranges by the types' own validators. It needs no cluster and no network.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Manifest } from './manifests.js';

const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
/** Kinds that no package describes, in our words. */
const OWN = fileURLToPath(new URL('../../../test/k8s/kinds/', import.meta.url));
const PACKAGES = [
  'kubernetes-models',
  '@kubernetes-models/knative',
  '@kubernetes-models/keda',
  '@kubernetes-models/prometheus-operator',
  '@kubernetes-models/cert-manager',
  '@kubernetes-models/external-secrets',
  '@kubernetes-models/cloudnative-pg',
];

/** One line each. */
export async function misfits(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const found: string[] = [];
  const known: { readonly manifest: Manifest; readonly module: string }[] = [];
  for (const manifest of manifests) {
    const module = moduleOf(manifest);
    if (module === undefined) found.push(`${at(manifest)}: nothing is known of ${manifest.object.apiVersion}`);
    else known.push({ manifest, module });
  }
  found.push(...(await compile(known)));
  for (const { manifest, module } of known) found.push(...(await validate(manifest, module)));
  return found;
}

const at = ({ file, name }: Manifest): string => `${file}: ${name}`;

function moduleOf({ object: { apiVersion, kind } }: Manifest): string | undefined {
  const own = join(OWN, `${kind}.ts`);
  if (existsSync(own)) return own;
  const names = PACKAGES.map(name => join(MODULES, name, String(apiVersion), `${kind}.js`));
  return names.find(name => existsSync(name));
}

/** Each manifest becomes a constant that has to satisfy its kind's interface. */
async function compile(known: readonly { manifest: Manifest; module: string }[]): Promise<readonly string[]> {
  if (known.length === 0) return [];
  const cache = join(MODULES, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'manifests-'));
  try {
    const options = {
      compilerOptions: {
        ...{
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: [],
          target: 'es2022',
          exactOptionalPropertyTypes: true,
        },
        ...{ module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true },
      },
      include: ['*.ts'],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
    for (const [place, { manifest, module }] of known.entries()) {
      const { kind } = manifest.object;
      const text = `import type { I${kind} } from '${module}';\nexport default ${literal(manifest.object)} satisfies I${kind};\n`;
      await writeFile(join(folder, `${place}.ts`), text);
    }
    const said = await run(process.execPath, [
      join(MODULES, 'typescript/bin/tsc'),
      '--checkers',
      '1',
      '--pretty',
      'false',
      '-p',
      folder,
    ]);
    return said.split('\n').flatMap(line => {
      const [, place, what] = /(?:^|\/)(\d+)\.ts\(.*?\): error \w+: (.*)/.exec(line) ?? [];
      if (place === undefined) return /error/.test(line) ? [line] : [];
      return [`${at(known[Number(place)]!.manifest)}: ${what}`];
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Formats, patterns, lengths, ranges. */
async function validate(manifest: Manifest, module: string): Promise<readonly string[]> {
  if (module.startsWith(OWN)) return [];
  const { [manifest.object.kind]: Model } = await import(pathToFileURL(module).href);
  try {
    new Model(manifest.object).validate();
    return [];
  } catch (error) {
    const { errors, message } = error as {
      errors?: readonly { instancePath: string; message: string }[];
      message: string;
    };
    const all = errors ?? [{ instancePath: '', message }];
    return all.map(each => `${at(manifest)}: ${each.instancePath} ${each.message}`);
  }
}

const literal = (object: unknown): string => JSON.stringify(object, null, 2);

/** What it printed, whether it succeeded or not. */
const run = (program: string, words: readonly string[]): Promise<string> =>
  new Promise(resolve => execFile(program, words, { maxBuffer: 1e8 }, (_, stdout, stderr) => resolve(stdout + stderr)));
