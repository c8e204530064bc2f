/**
 * How long sound and video are, how large a video is, and how loud a sound. Containers are read by mediabunny, in ranges;
 * Opus is decoded by libopus as WebAssembly, PCM by mediabunny itself. Of what neither decodes there is no waveform.
 */
import {
  ADTS,
  AudioSample,
  AudioSampleSink,
  CustomAudioDecoder,
  CustomSource,
  type EncodedPacket,
  FLAC,
  Input,
  type InputAudioTrack,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  registerDecoder,
  WAVE,
  WEBM,
} from 'mediabunny';
import { OpusDecoder } from 'opus-decoder';
import { JobRefused } from '../confined/work.js';

/** None that names other files. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, OGG, MP3, WAVE, FLAC, ADTS];
const CACHE_BYTES = 4 * 1024 * 1024;
const MOST_VALUES = 100;
/** Of a sound that is shorter than its values have room for, so many a second. */
const VALUES_A_SECOND = 10;
const LOUDEST = 31;
/** Of each value's part of a long sound so much is listened to. */
const HEARD_S = 1;
/** What has no length in its header is read to its end, up to this size. */
const MOST_READ = 64 * 1024 * 1024;
const MOST_DURATION_S = 30 * 24 * 3_600;

/** One or two channels, as voices and music have. */
class Opus extends CustomAudioDecoder {
  #decoder: OpusDecoder | undefined;

  static override supports(codec: string, { numberOfChannels }: { numberOfChannels: number }): boolean {
    return codec === 'opus' && numberOfChannels <= 2;
  }
  init(): Promise<void> {
    const { numberOfChannels: channels } = this.config;
    const layout = { streamCount: 1, coupledStreamCount: channels - 1, channelMappingTable: [0, 1].slice(0, channels) };
    this.#decoder = new OpusDecoder({ channels, ...layout });
    return this.#decoder.ready;
  }
  decode({ data, timestamp }: EncodedPacket): void {
    const decoded = this.#decoder?.decodeFrame(data);
    const first = decoded?.channelData[0];
    if (!decoded || !first || decoded.samplesDecoded === 0) return;
    const { sampleRate } = decoded;
    const sample = { data: first, format: 'f32-planar' as const, numberOfChannels: 1, sampleRate, timestamp };
    this.onSample(new AudioSample(sample));
  }
  flush(): void {}
  close(): void {
    this.#decoder?.free();
  }
}
registerDecoder(Opus);

export interface Heard {
  width?: number;
  height?: number;
  durationMs?: number;
  waveform?: Uint8Array;
}

/** A file that is read in ranges. Throws JobRefused for what is no sound and no video. */
export async function heard(
  size: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
  look: 'sound' | 'video',
): Promise<Heard> {
  const source = new CustomSource({ getSize: () => size, read, maxCacheSize: CACHE_BYTES });
  const input = new Input({ formats: FORMATS, source });
  try {
    if (!(await input.canRead())) throw new JobRefused('is no sound or video that can be read');
    const [sound, video] = await Promise.all([input.getPrimaryAudioTrack(), input.getPrimaryVideoTrack()]);
    if (!sound && !video) throw new JobRefused('has no sound and no video in it');
    const seconds =
      (await input.getDurationFromMetadata()) ?? (size <= MOST_READ ? await input.computeDuration() : null);
    const known = seconds !== null && seconds > 0 && seconds <= MOST_DURATION_S;
    const found: Heard = known ? { durationMs: Math.round(seconds * 1_000) } : {};
    if (look === 'video' && video) {
      found.width = Math.round(await video.getDisplayWidth());
      found.height = Math.round(await video.getDisplayHeight());
    }
    if (look === 'sound' && sound && known && (await sound.canDecode()))
      found.waveform = await waveformOf(sound, seconds);
    return found;
  } finally {
    input.dispose();
  }
}

/** The loudest is 31: how it is recorded tells nothing of how it is heard. */
async function waveformOf(track: InputAudioTrack, seconds: number): Promise<Uint8Array> {
  const count = Math.max(1, Math.min(MOST_VALUES, Math.ceil(seconds * VALUES_A_SECOND)));
  const part = seconds / count;
  const powers = new Float64Array(count);
  const counts = new Float64Array(count);
  const sink = new AudioSampleSink(track);
  async function listen(from: number, to: number): Promise<void> {
    for await (const sample of sink.samples(from, to)) {
      const { timestamp, sampleRate } = sample;
      for (const [n, value] of firstChannelOf(sample).entries()) {
        const at = Math.min(count - 1, Math.max(0, Math.floor((timestamp + n / sampleRate) / part)));
        powers[at] = (powers[at] ?? 0) + value * value;
        counts[at] = (counts[at] ?? 0) + 1;
      }
      sample.close();
    }
  }
  if (part <= HEARD_S) await listen(0, seconds);
  else for (let at = 0; at < count; at++) await listen(at * part, at * part + HEARD_S);
  const levels = powers.map((power, at) => Math.sqrt(power / (counts[at] || 1)));
  const loudest = Math.max(...levels);
  return Uint8Array.from(levels, level => (loudest > 1e-4 ? Math.round((LOUDEST * level) / loudest) : 0));
}

function firstChannelOf(sample: AudioSample): Float32Array {
  const values = new Float32Array(sample.numberOfFrames);
  sample.copyTo(values, { planeIndex: 0, format: 'f32-planar' });
  return values;
}
