/** What a message says in passing: in the list of conversations, above an answer, aloud. */
import type { Media } from '../client/shapes.js';
import { plainOf } from './entities.js';
import type { Shown } from './rows.js';
import { durationOf } from './sizes.js';

const MANY: Readonly<Record<Media['kind'], string>> = {
  photo: 'photos',
  video: 'videos',
  audio: 'recordings',
  voice: 'voice messages',
  file: 'files',
};

/** What one is called to whom it is not shown. */
export function mediaInWords({ kind, filename, durationMs }: Media): string {
  const length = durationMs === undefined ? '' : `, ${durationOf(durationMs)}`;
  switch (kind) {
    case 'photo':
      return 'Photo';
    case 'video':
      return `Video${length}`;
    case 'voice':
      return `Voice message${length}`;
    case 'audio':
      return `${filename ?? 'Audio'}${length}`;
    case 'file':
      return filename ?? 'File';
  }
}

function partsInWords(media: readonly Media[]): string {
  const [first] = media;
  if (!first || media.length === 1) return first ? mediaInWords(first) : '';
  return `${media.length} ${media.every(({ kind }) => kind === first.kind) ? MANY[first.kind] : 'files'}`;
}

export const inPassing = (message: Shown): string =>
  [partsInWords(message.media ?? []), plainOf(message)].filter(part => part !== '').join(': ');
