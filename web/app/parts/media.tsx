/** What is part of a message besides its words. */
import { save } from '../media-cache.js';
import { attempt } from '../overlays.js';
import type { Part, Shown } from '../rows.js';
import { sizeOf } from '../sizes.js';
import { Album } from './album.js';
import { Download, Paper } from './icons.js';
import { Player } from './player.js';
import { Progress } from './progress.js';

/** What a browser shows by itself; whatever else somebody calls a photo is a file. */
const PICTURES = /^(image\/(png|jpeg|webp|gif)|video\/(mp4|webm))/;

const isSeen = ({ kind, type }: Part): boolean => (kind === 'photo' || kind === 'video') && PICTURES.test(type);

export function MediaOf({ message }: { readonly message: Shown }) {
  const { media = [] } = message;
  if (media.length === 0) return null;
  return (
    <div class="media">
      <Album message={message} parts={media.filter(isSeen)} />
      {media
        .filter(part => !isSeen(part))
        .map((part, at) =>
          part.kind === 'voice' || part.kind === 'audio' ? (
            <Player key={at} part={part} />
          ) : (
            <File key={at} part={part} />
          ),
        )}
    </div>
  );
}

function File({ part }: { readonly part: Part }) {
  const { filename = 'File', size, upload } = part;
  return (
    <div class="file">
      <span class="file-icon" aria-hidden="true">
        <Paper />
      </span>
      <span class="file-name" dir="auto">
        {filename}
      </span>
      <span class="file-size">{sizeOf(size)}</span>
      {upload ? (
        <Progress upload={upload} />
      ) : (
        <button
          type="button"
          class="tool"
          aria-label={`Download ${filename}`}
          title="Download"
          data-action
          tabIndex={-1}
          onClick={() => void attempt(save(part))}
        >
          <Download />
        </button>
      )}
    </div>
  );
}
