/** Reads manifests as plain objects, each with the file that it comes from. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';

/** A tree of YAML, read without believing anything about it. */
// biome-ignore lint/suspicious/noExplicitAny: what is checked here is just whether it has a shape
export type Tree = any;

export interface Manifest {
  readonly file: string;
  /** `Deployment/gateway`. */
  readonly name: string;
  readonly object: Tree;
}

export const K8S = fileURLToPath(new URL('../../../k8s/', import.meta.url));

/** What comes on top of the base or in its place, a folder each. */
export function extras(): readonly string[] {
  const addons = join(K8S, 'addons');
  return [join(K8S, 'knative'), ...readdirSync(addons).map(name => join(addons, name))];
}

/** Those of the folder's own files, in the order in which kubectl takes them. */
export function readManifests(folder: string): readonly Manifest[] {
  const files = readdirSync(folder).filter(name => /\.ya?ml$/.test(name));
  return files.sort().flatMap(file => parse(readFileSync(join(folder, file), 'utf8'), join(basename(folder), file)));
}

function parse(text: string, file: string): readonly Manifest[] {
  return (loadAll(text) as Tree[])
    .filter(object => object !== null && object !== undefined)
    .flatMap(object => (/List$/.test(object.kind) ? object.items : [object]))
    .map(object => ({ file, name: `${object.kind}/${object.metadata?.name}`, object }));
}

export const ofKind = (manifests: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] =>
  manifests.filter(({ object }) => kinds.includes(object.kind));

/** The pod that a workload makes; undefined for what makes none. */
export function podOf({
  object,
}: Manifest): { readonly labels: Record<string, string>; readonly spec: Tree } | undefined {
  const template = object.kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;
  return template?.spec?.containers && { labels: template.metadata?.labels ?? {}, spec: template.spec };
}

export const containersOf = (spec: Tree): readonly Tree[] => [...(spec.initContainers ?? []), ...spec.containers];

export const namespaceOf = ({ object }: Manifest): string => object.metadata?.namespace ?? 'default';
