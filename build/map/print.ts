/** The map as people read it: a paragraph a function, under the folder that it stands in. */
import { dirname } from 'node:path';
import type { Entry } from './map.js';

const LABEL = 13;

export function print(entries: readonly Entry[]): string {
  const folders = [...new Set(entries.map(({ file }) => dirname(file)))];
  return folders
    .map(folder => {
      const own = entries.filter(({ file }) => dirname(file) === folder);
      return `${folder}/\n\n${own.map(paragraph).join('\n')}`;
    })
    .join('\n');
}

function paragraph({ name, summary, access, triggers, needs, emits, publishes }: Entry): string {
  const images = Object.entries(triggers).flatMap(([image, each]) => each.map(trigger => line(image, trigger)));
  return [
    `  ${name}: ${summary}\n`,
    ...(images.length > 0 ? images : [line('no image', 'lists it: nothing sets it off yet')]),
    line('access', access),
    line('needs', needs.join(', ')),
    line('emits', emits.join(', ')),
    ...publishes.map(({ type, to }) => line('publishes', `${type} → ${to.join(', ') || 'nobody'}`)),
  ].join('');
}

const line = (label: string, text: string): string => (text === '' ? '' : `    ${label.padEnd(LABEL)}${text}\n`);
