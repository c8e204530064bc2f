/**
 * Loads a bundle's files as Node would, but with the code that V8 had made of each when the image was built (see
 * build/compile): to make it again takes a start longer than all else that it does. V8 sees whether that code is of its
 * own version and flags, and compiles as ever where it is not, or where there is none.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Where the code of a file is. */
export const codeOf = (file: string): string => `${file}.code`;

const PARAMETERS = 'exports, require, module, __filename, __dirname';

/** Runs the file, and what it requires in turn. `onScript` hears of each that is loaded. */
export function loadCompiled(entry: string, onScript = (_file: string, _script: Script): void => {}): void {
  const others = createRequire(entry);
  const modules = new Map<string, { exports: unknown }>();

  function load(file: string): unknown {
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const folder = dirname(file);
    const require = (name: string): unknown => (name.startsWith('.') ? load(join(folder, name)) : others(name));
    const cachedData = readIfThere(codeOf(file));
    const source = `(function (${PARAMETERS}) {${readFileSync(file, 'utf8')}\n})`;
    const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
    onScript(file, script);
    script.runInThisContext()(module.exports, require, module, file, folder);
    return module.exports;
  }

  load(entry);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
