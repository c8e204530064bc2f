/** Where a new function goes, from what was asked for: `functions/NAME` or `functions/AREA/NAME`. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';

/** Paths are below the root, with slashes. */
export interface Place {
  readonly name: string;
  readonly source: string;
  readonly test: string;
  /** From the source's folder to `functions/`, and from the test's to `test/`. */
  readonly toFunctions: string;
  readonly toTest: string;
}

/** What is wrong with what was asked for, in a sentence. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Folders of what functions share. */
const SHARED = ['access', 'domain', 'ports', 'stores', 'migrations', 'services', 'entrypoints', 'launch', 'dist'];
/** Names that the new files use for something else. */
const USED = ['single', 'batch', 'strictObject', 'room', 'callerOf', 'expect', 'describe', 'it'];
const USED_IN_TESTS = ['testContext', 'testEvent', 'uuid', 'define'];
const LONGEST = 40;

/** Throws a Refusal. */
export function placeOf(root: string, asked: string): Place {
  const parts = asked.replace(/\.ts$/, '').replace(/^\.\//, '').split('/');
  const [top, ...rest] = parts;
  if (top !== 'functions' || parts.some(part => part === '' || part === '.' || part === '..')) {
    throw new Refusal(`${asked} is not in functions/: give functions/NAME or functions/AREA/NAME`);
  }
  const name = rest.at(-1) ?? '';
  const [area] = rest.slice(0, -1);
  if (rest.length > 2) throw new Refusal(`${asked} is too deep: give functions/NAME or functions/AREA/NAME`);
  if (area !== undefined && !/^[a-z][a-zA-Z0-9]{0,39}$/.test(area)) {
    throw new Refusal(`${area} is no name for a folder: letters and digits, a small letter first`);
  }
  if (SHARED.includes(area ?? ''))
    throw new Refusal(`functions/${area} is for what functions share: name another folder`);
  checkName(name);
  const folder = area === undefined ? '' : `${area}/`;
  const up = area === undefined ? '' : '../';
  const test = `test/functions/${folder}${name}.test.ts`;
  const taken = sameName(root, name) ?? (existsSync(join(root, test)) ? test : undefined);
  if (taken !== undefined) throw new Refusal(`${taken} is there already`);
  return {
    name,
    source: `functions/${folder}${name}.ts`,
    test,
    toFunctions: up || './',
    toTest: `../${up}`,
  };
}

function checkName(name: string): void {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw new Refusal(
      `${name || 'nothing'} is no name for a function: letters and digits, a small letter first, as in pinMessage`,
    );
  }
  if (name.length > LONGEST) throw new Refusal(`${name} is too long: ${LONGEST} letters are the most`);
  if (!isFree(name)) throw new Refusal(`${name} means something else already: name it otherwise`);
}

function isFree(name: string): boolean {
  if ([...USED, ...USED_IN_TESTS, 'await'].includes(name)) return false;
  try {
    new Script(`'use strict'; const ${name} = 0;`);
    return true;
  } catch {
    return false;
  }
}

/** A function's name is its own in all of functions/, also where files' names do not differ by capitals. */
function sameName(root: string, name: string): string | undefined {
  const files = readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' });
  const same = files.find(file => basename(file).toLowerCase() === `${name}.ts`.toLowerCase());
  return same && `functions/${same.replaceAll('\\', '/')}`;
}
