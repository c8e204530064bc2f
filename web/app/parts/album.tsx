/** The photos and videos of a message, side by side, each in a place of its own from the beginning on. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useMedia } from '../media-cache.js';
import type { Part, Shown } from '../rows.js';
import { durationOf } from '../sizes.js';
import { mediaInWords } from '../summary.js';
import { view } from '../viewing.js';
import { Play } from './icons.js';
import { Placeholder } from './placeholder.js';
import { Progress } from './progress.js';

/** In CSS pixels. */
const WIDEST = 400;
const HIGHEST = 420;
const UNKNOWN = { width: 320, height: 240 };
const NARROWEST = 0.45;

interface Props {
  readonly message: Shown;
  readonly parts: readonly Part[];
}

export function Album({ message, parts }: Props) {
  const [first] = parts;
  if (!first) return null;
  const alone = parts.length === 1;
  return (
    <div class="album" data-count={parts.length} {...(alone && { style: placeOf(first) })}>
      {parts.map((part, at) => (
        <Tile key={at} message={message} part={part} place={[at + 1, parts.length]} alone={alone} />
      ))}
    </div>
  );
}

/** As large as it may be, in the form that it will have. */
function placeOf({ width, height }: Part): { width: string; aspectRatio: string } {
  const size = width && height ? { width, height } : UNKNOWN;
  const ratio = Math.min(1 / NARROWEST, Math.max(NARROWEST, size.width / size.height));
  const most = Math.min(WIDEST, HIGHEST * ratio, Math.max(size.width, 120));
  return { width: `${Math.round(most)}px`, aspectRatio: String(ratio) };
}

interface TileProps {
  readonly message: Shown;
  readonly part: Part;
  readonly place: readonly [at: number, of: number];
  readonly alone: boolean;
}

function Tile({ message, part, place: [at, of], alone }: TileProps) {
  const { id, kind, thumb, thumbhash, durationMs, upload } = part;
  const [box, near] = useNear<HTMLButtonElement>();
  const source = { id, isUpload: id === upload?.id };
  const picture = kind === 'photo';
  const small = useMedia(source, 'thumb', near && thumb === true && !source.isUpload);
  // A small picture is enough where it is small.
  const whole = useMedia(source, 'whole', near && picture && (alone || thumb !== true || source.isUpload));
  const url = whole.url ?? small.url;
  const words = `${mediaInWords(part)}${of > 1 ? `, ${at} of ${of}` : ''}`;
  return (
    <button
      ref={box}
      type="button"
      class="tile"
      aria-label={words}
      data-action
      tabIndex={-1}
      onClick={() => view(message, part.id)}
    >
      {thumbhash !== undefined && url === undefined && <Placeholder hash={thumbhash} />}
      {url !== undefined && <img src={url} alt="" draggable={false} />}
      {url === undefined && whole.missing && (small.missing || thumb !== true) && <span class="lost">Not there</span>}
      {kind === 'video' && (
        <span class="play" aria-hidden="true">
          <Play />
          {durationMs !== undefined && durationOf(durationMs)}
        </span>
      )}
      {upload && <Progress upload={upload} />}
    </button>
  );
}

/** Whether it has been in view, or nearly so. */
function useNear<Of extends Element>() {
  const element = useRef<Of>(null);
  const [near, come] = useState(false);
  useEffect(() => {
    if (!element.current || near) return undefined;
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) come(true);
      },
      { rootMargin: '400px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [near]);
  return [element, near] as const;
}
