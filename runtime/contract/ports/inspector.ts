/**
 * What is to be made of a file: of a `photo` one without metadata, and the rest of what follows; a `thumbnail`; of `sound` and
 * of a `video` how long they are.
 *
 * @example
 * const look: Look = 'photo';
 */
export type Look = 'photo' | 'thumbnail' | 'sound' | 'video';

/**
 * A file to look into. It is read in ranges, `start` inclusive, `end` exclusive, and as a whole only where it is an image.
 *
 * @example
 * const bytes = new Uint8Array(100);
 * const file: InspectedFile = {
 *   size: bytes.length,
 *   async *read(start, end) {
 *     yield bytes.subarray(start, end);
 *   },
 * };
 */
export interface InspectedFile {
  readonly size: number;
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/**
 * An image that was made. It can be read as long as it is used: see `Inspector`.
 *
 * @example
 * const mediaType = (thumb: Rendition) => thumb.type;
 */
export interface Rendition {
  readonly type: string;
  readonly size: number;
  /** Of its bytes, in lower-case hex. */
  readonly sha256: string;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * What was found. What cannot be told is left out.
 *
 * @example
 * const found: Inspection = { durationMs: 1_200, waveform: Uint8Array.of(0, 12, 31) };
 */
export interface Inspection {
  /** As it is shown: turned as its orientation says. */
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  /** How loud it is from beginning to end, 100 values at most, 0 to 31. */
  readonly waveform?: Uint8Array;
  readonly thumbhash?: Uint8Array;
  /** The image without what says who took it where and when: of its metadata only the orientation and the colour profile. */
  readonly photo?: Rendition;
  /** 320 pixels at most on either side. */
  readonly thumb?: Rendition;
}

/**
 * Looks into files that strangers made, apart from everything else: a file that brings a decoder down, or has it take all
 * memory or time, harms no other file.
 *
 * @example
 * const sizeOf = (inspector: Inspector, file: InspectedFile) =>
 *   inspector.inspect(file, 'photo', async ({ width, height }) => ({ width, height }));
 */
export interface Inspector {
  /**
   * Answers as `use` does, which may read what was made until it settles; it is called again where the decoder dies meanwhile.
   * Rejects with Failure `invalid` where the file is not what it is taken for, has too many pixels, or takes more memory or
   * time to decode than there is; with `unavailable` where too many wait; else as reading the file does, and as `use` does.
   */
  inspect<Result>(file: InspectedFile, look: Look, use: (found: Inspection) => Promise<Result>): Promise<Result>;
}
