/** A voice message, or a recording: played in its place, one at a time. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useMedia } from '../media-cache.js';
import { client } from '../model.js';
import { attempt } from '../overlays.js';
import type { Part } from '../rows.js';
import { durationOf } from '../sizes.js';
import { mediaInWords } from '../summary.js';
import { levelsOf } from '../waveform.js';
import { Pause, Play } from './icons.js';
import { Progress } from './progress.js';

let playing: HTMLAudioElement | undefined;

export function Player({ part }: { readonly part: Part }) {
  const { id, kind, waveform, durationMs = 0, filename, upload } = part;
  const isUpload = part.id === upload?.id;
  const [wanted, want] = useState(false);
  const [link, setLink] = useState<string>();
  const [at, setAt] = useState(0);
  const [on, turn] = useState(false);
  const [heard, hear] = useState(0);
  const audio = useRef<HTMLAudioElement>(null);
  const whole = useMedia({ id, isUpload }, 'whole', wanted && kind === 'voice');
  const url = whole.url ?? link;
  const length = durationMs || heard;
  const levels = levelsOf(waveform);

  useEffect(() => {
    const { current } = audio;
    if (wanted && url !== undefined && current) void play(current);
  }, [wanted, url]);
  useEffect(() => () => audio.current?.pause(), []);

  async function play(element: HTMLAudioElement): Promise<void> {
    if (playing !== element) playing?.pause();
    playing = element;
    await element.play().catch(() => turn(false));
  }

  function toggle(): void {
    const { current } = audio;
    if (on) current?.pause();
    else if (url !== undefined && current) void play(current);
    else {
      want(true);
      if (kind === 'audio') void attempt(client.mediaLink(id).then(found => setLink(found.url)));
    }
  }

  const words = mediaInWords(part);
  return (
    <fieldset class="player" aria-label={words}>
      <button
        type="button"
        class="round"
        aria-label={on ? 'Pause' : `Play: ${words}`}
        data-action
        tabIndex={-1}
        disabled={whole.missing === true}
        onClick={toggle}
      >
        {on ? <Pause /> : <Play />}
      </button>
      <span class="player-line">
        {kind === 'audio' && (
          <span class="file-name" dir="auto">
            {filename ?? 'Audio'}
          </span>
        )}
        <span class="track">
          {levels.length > 0 && <Waveform levels={levels} share={length > 0 ? at / length : 0} />}
          <input
            type="range"
            class={levels.length > 0 ? 'over' : undefined}
            aria-label="Position"
            aria-valuetext={`${durationOf(at)} of ${durationOf(length)}`}
            data-action
            tabIndex={-1}
            min={0}
            max={Math.max(1, length)}
            step={100}
            value={at}
            disabled={url === undefined}
            onInput={event => {
              if (audio.current) audio.current.currentTime = event.currentTarget.valueAsNumber / 1000;
            }}
          />
        </span>
        <span class="player-time">{whole.missing ? 'Not there' : durationOf(on || at > 0 ? at : length)}</span>
      </span>
      <audio
        ref={audio}
        {...(url !== undefined && { src: url })}
        preload="auto"
        onPlay={() => turn(true)}
        onPause={() => turn(false)}
        onTimeUpdate={event => setAt(event.currentTarget.currentTime * 1000)}
        onDurationChange={({ currentTarget: { duration } }) => Number.isFinite(duration) && hear(duration * 1000)}
        onEnded={() => setAt(0)}
        onError={() => setLink(undefined)}
      />
      {upload && <Progress upload={upload} />}
    </fieldset>
  );
}

/** Louder is higher; what was heard is darker. */
function Waveform({ levels, share }: { readonly levels: readonly number[]; readonly share: number }) {
  const step = 100 / levels.length;
  return (
    <svg class="waveform" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {levels.map((level, at) => {
        const height = Math.max(2, level);
        return (
          <rect
            key={at}
            class={(at + 0.5) / levels.length <= share ? 'heard' : undefined}
            x={at * step}
            y={(32 - height) / 2}
            width={step * 0.6}
            height={height}
          />
        );
      })}
    </svg>
  );
}
