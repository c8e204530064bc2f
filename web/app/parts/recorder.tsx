/** Where one writes, while one speaks. */
import { useEffect, useRef } from 'preact/hooks';
import { finishRecording, recording } from '../recording.js';
import { durationOf } from '../sizes.js';
import { Send, Trash } from './icons.js';
import { Tool } from './tool.js';

export function Recorder() {
  const { since = 0, levels = [] } = recording.value ?? {};
  const row = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    row.current?.focus();
    return () => finishRecording(false);
  }, []);
  return (
    <fieldset
      ref={row}
      class="recorder"
      aria-label="Recording a voice message"
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key === 'Escape') finishRecording(false);
        if (event.key === 'Enter' && event.target === event.currentTarget) finishRecording(true);
      }}
    >
      <Tool label="Discard the recording" icon={Trash} onClick={() => finishRecording(false)} />
      <span class="recording-dot" aria-hidden="true" />
      <span class="player-time" role="timer">
        {durationOf(Date.now() - since)}
      </span>
      <svg class="waveform" viewBox="0 0 60 32" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {levels.map((level, at) => {
          const height = Math.max(2, Math.min(30, level * 120));
          return (
            <rect
              key={at}
              class="heard"
              x={60 - levels.length + at}
              y={(32 - height) / 2}
              width={0.6}
              height={height}
            />
          );
        })}
      </svg>
      <button type="button" class="send" aria-label="Send the voice message" onClick={() => finishRecording(true)}>
        <Send />
      </button>
    </fieldset>
  );
}
