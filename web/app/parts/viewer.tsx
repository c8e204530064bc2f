/** Shows the photos and videos of a message one at a time, as large as there is room. */
import { useEffect, useState } from 'preact/hooks';
import { isolated } from '../bidi.js';
import { save, useMedia } from '../media-cache.js';
import { client, current, nameOf } from '../model.js';
import { attempt } from '../overlays.js';
import { closeAbove } from '../route.js';
import type { Part } from '../rows.js';
import { mediaInWords } from '../summary.js';
import { fullTime } from '../time.js';
import { viewed } from '../viewing.js';
import { Back, Close, Download, Minus, Next, Plus } from './icons.js';
import { useModal } from './sheet.js';
import { Tool } from './tool.js';
import { useZoom } from './use-zoom.js';

const close = (): void => void closeAbove('dialog');

export function Viewer() {
  const element = useModal();
  const { message: given, id } = viewed.value ?? {};
  const message = given && current(given);
  const parts = (message?.media ?? []).filter(({ kind }) => kind === 'photo' || kind === 'video');
  const [at, go] = useState(() =>
    Math.max(
      0,
      parts.findIndex(part => part.id === id),
    ),
  );
  const part = parts[Math.min(at, parts.length - 1)];
  const gone = !message || message.deletedAt !== undefined || !part;
  const step = (by: number): void => go(now => Math.min(parts.length - 1, Math.max(0, now + by)));
  const zoom = useZoom(part?.id, step);
  useEffect(() => {
    if (gone) close();
  }, [gone]);
  if (gone) return <dialog class="viewer" ref={element} />;

  const words = `${mediaInWords(part)}${parts.length > 1 ? ` ${at + 1} of ${parts.length}` : ''}`;
  const forward = getComputedStyle(document.documentElement).direction === 'rtl' ? -1 : 1;
  function key(event: KeyboardEvent): void {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => step(forward),
      ArrowLeft: () => step(-forward),
      Home: () => go(0),
      End: () => go(parts.length - 1),
      '+': () => zoom.by(1.5),
      '=': () => zoom.by(1.5),
      '-': () => zoom.by(1 / 1.5),
      '0': () => zoom.reset(),
    };
    const run = keys[event.key];
    if (!run || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLVideoElement) return;
    event.preventDefault();
    run();
  }

  return (
    <dialog
      class="viewer"
      ref={element}
      aria-label={`${words}, from ${isolated(nameOf(message.senderId))}, ${fullTime(message.sentAt)}`}
      onKeyDown={key}
      onCancel={event => {
        event.preventDefault();
        close();
      }}
      onClose={({ currentTarget }) => currentTarget.isConnected && close()}
    >
      <header>
        <p role="status">{words}</p>
        {part.kind === 'photo' && (
          <>
            <Tool label="Smaller" icon={Minus} onClick={() => zoom.by(1 / 1.5)} />
            <Tool label="Larger" icon={Plus} onClick={() => zoom.by(1.5)} />
          </>
        )}
        {part.id !== part.upload?.id && (
          <Tool label="Download" icon={Download} onClick={() => void attempt(save(part))} />
        )}
        <Tool label="Close" icon={Close} onClick={close} />
      </header>
      <div class="stage" {...(part.kind === 'photo' && zoom.handlers)}>
        {part.kind === 'photo' ? (
          <Photo key={part.id} part={part} words={words} style={zoom.style} />
        ) : (
          <Video key={part.id} part={part} />
        )}
      </div>
      {parts.length > 1 && (
        <nav aria-label="Photos and videos of this message">
          <Tool label="Previous" icon={Back} disabled={at === 0} onClick={() => step(-1)} />
          <Tool label="Next" icon={Next} disabled={at === parts.length - 1} onClick={() => step(1)} />
        </nav>
      )}
      {message.body !== '' && (
        <p class="caption" dir="auto">
          {message.body}
        </p>
      )}
    </dialog>
  );
}

interface PhotoProps {
  readonly part: Part;
  readonly words: string;
  readonly style: Readonly<Record<string, string>>;
}

/** The small picture until the large one is there. */
function Photo({ part, words, style }: PhotoProps) {
  const source = { id: part.id, isUpload: part.id === part.upload?.id };
  const small = useMedia(source, 'thumb', part.thumb === true && !source.isUpload);
  const whole = useMedia(source, 'whole');
  const url = whole.url ?? small.url;
  if (whole.missing && url === undefined) return <p class="lost">It is not there any more.</p>;
  return url === undefined ? (
    <p class="lost" aria-busy="true">
      Loading…
    </p>
  ) : (
    <img
      src={url}
      alt={words}
      draggable={false}
      {...(part.width && part.height && { width: part.width, height: part.height })}
      style={style}
    />
  );
}

/** By an address that is good for some minutes; where one has waited for longer, by another one, from the same place on. */
function Video({ part }: { readonly part: Part }) {
  const { id, upload, width, height } = part;
  const isUpload = id === upload?.id;
  const local = useMedia({ id, isUpload }, 'whole', isUpload);
  const poster = useMedia({ id, isUpload }, 'thumb', part.thumb === true);
  const [link, setLink] = useState<string>();
  const [resumeAt, resume] = useState(0);
  const load = (): void => {
    if (!isUpload) void attempt(client.mediaLink(id).then(({ url }) => setLink(url)));
  };
  useEffect(load, [id]);
  const url = local.url ?? link;
  return (
    <video
      controls
      playsInline
      autoplay
      {...(url !== undefined && { src: url })}
      {...(poster.url !== undefined && { poster: poster.url })}
      {...(width && height && { width, height })}
      onLoadedMetadata={event => {
        if (resumeAt > 0) event.currentTarget.currentTime = resumeAt;
      }}
      onError={({ currentTarget: { currentTime, networkState } }) => {
        if (url === undefined || currentTime === resumeAt || networkState === HTMLMediaElement.NETWORK_EMPTY) return;
        resume(currentTime);
        load();
      }}
    />
  );
}
