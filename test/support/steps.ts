/** The guide as a list of things to do: its code blocks, in their order. */
import { readFile } from 'node:fs/promises';

export interface Step {
  readonly language: string;
  readonly text: string;
}

/** Of the whole file, or of the section with this title. */
export async function stepsOf(file: URL, title?: string): Promise<Step[]> {
  const text = await readFile(file, 'utf8');
  const part = title === undefined ? text : (text.split(/^## /m).find(each => each.startsWith(`${title}\n`)) ?? '');
  return [...part.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));
}

export interface Change {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** Of a diff without line numbers: `--- PATH` names the file, `@@` stands between two places in it. */
export function changesIn(diff: string): Change[] {
  return diff
    .split(/^--- /m)
    .slice(1)
    .flatMap(part => {
      const [path = '', ...lines] = part.split('\n');
      const places = lines.join('\n').split(/^@@\n/m);
      return places.map(place => ({ path, from: side(place, '+'), to: side(place, '-') }));
    });
}

const side = (place: string, without: '+' | '-'): string =>
  place
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(without))
    .map(line => `${line.slice(1)}\n`)
    .join('');
