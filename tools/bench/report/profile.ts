/**
 * Where the CPU time of a process went, from the profile that it wrote: by package and by function, own time only. What
 * Node and V8 do is counted to whoever called for it; only the garbage has nobody.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 15;
const IDLE = '(idle)';

/** Of every profile in the folder, in words. */
export async function profilesText(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.cpuprofile')).toSorted();
  const texts = files.map(async name => profileText(name, JSON.parse(await readFile(join(folder, name), 'utf8'))));
  return (await Promise.all(texts)).join('\n');
}

function profileText(name: string, { nodes, samples, timeDeltas }: Profile): string {
  const known = new Map(nodes.map(node => [node.id, node]));
  const parents = new Map(nodes.flatMap(node => (node.children ?? []).map(child => [child, node.id] as const)));
  const [packages, functions] = [new Map<string, number>(), new Map<string, number>()];
  const add = (to: Map<string, number>, key: string, us: number) => to.set(key, (to.get(key) ?? 0) + us);

  /** Who called for it: the nearest code that is neither Node's nor V8's. */
  function callerOf(id: number): string {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const origin = originOf(known.get(at)!.callFrame.url);
      if (origin !== undefined) return origin;
    }
    return 'nobody: Node itself';
  }

  let busy = 0;
  samples.forEach((id, at) => {
    const { functionName, url, lineNumber } = known.get(id)!.callFrame;
    const us = timeDeltas[at] ?? 0;
    if (functionName === IDLE) return;
    busy += us;
    const origin = originOf(url);
    const caller = functionName === '(garbage collector)' ? functionName : callerOf(id);
    add(packages, caller, us);
    const place = origin === undefined ? `for ${caller}` : `${origin}:${lineNumber + 1}`;
    add(functions, `${functionName || '(anonymous)'}  ${place}`, us);
  });
  const lines = (of: ReadonlyMap<string, number>) =>
    [...of]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, SHOWN)
      .map(([key, us]) => `  ${((us / busy) * 100).toFixed(1).padStart(5)} %  ${key}`);
  return [`${name}: ${(busy / 1e6).toFixed(1)} s busy`, ...lines(packages), '', ...lines(functions), ''].join('\n');
}

/** A package or one of our own files; undefined for what is part of Node. */
function originOf(url: string): string | undefined {
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return dependency ?? /\/dist\/(.+?)(?:\.js)?$/.exec(url)?.[1];
}
