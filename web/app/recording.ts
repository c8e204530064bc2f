/** Records what somebody says. Nothing is sent before they say so, and the microphone is let go in any case. */
import { signal } from '@preact/signals';
import { client } from './model.js';
import { tell } from './overlays.js';
import { waveformOf } from './waveform.js';

interface Recording {
  readonly chatId: string;
  readonly since: number;
  /** How loud it was at each step: 0…1. */
  readonly levels: readonly number[];
}

/** The one that is under way. */
export const recording = signal<Recording | undefined>(undefined);

const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
const STEP_MS = 100;
/** An hour. */
const LONGEST_MS = 3_600_000;

let finish: ((send: boolean) => void) | undefined;

/** Away from localhost without TLS a browser has no microphone for pages. */
export const canRecord = (): boolean => typeof MediaRecorder === 'function' && navigator.mediaDevices !== undefined;

export async function record(chatId: string): Promise<void> {
  if (recording.peek()) return;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => undefined);
  if (!stream) return tell('The browser does not let this page use the microphone.');
  const mimeType = TYPES.find(type => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, {
    ...(mimeType !== undefined && { mimeType }),
    audioBitsPerSecond: 32_000,
  });
  const chunks: Blob[] = [];
  const levels: number[] = [];
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const since = Date.now();
  let wanted = false;

  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    levels.push(Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length));
    recording.value = { chatId, since, levels: levels.slice(-60) };
    if (Date.now() - since > LONGEST_MS) finish?.(true);
  }, STEP_MS);

  recorder.ondataavailable = ({ data }) => void chunks.push(data);
  recorder.onstop = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close();
    recording.value = undefined;
    finish = undefined;
    if (wanted && chunks.length > 0) send(chatId, chunks, Date.now() - since, levels);
  };
  finish = send => {
    wanted = send;
    if (recorder.state !== 'inactive') recorder.stop();
  };
  recording.value = { chatId, since, levels: [] };
  recorder.start();
}

export const finishRecording = (send: boolean): void => finish?.(send);

function send(chatId: string, chunks: readonly Blob[], durationMs: number, levels: readonly number[]): void {
  const [type = 'audio/webm'] = (chunks[0]?.type ?? '').split(';');
  const bytes = new Blob([...chunks], { type });
  const ending = type === 'audio/mp4' ? 'm4a' : type.slice('audio/'.length);
  const waveform = waveformOf(levels);
  const id = client.attach(chatId, { bytes, name: `voice.${ending}`, kind: 'voice', durationMs, waveform });
  client.send(chatId, '', null, [id]);
}
