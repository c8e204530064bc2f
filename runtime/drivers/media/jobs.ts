/** What the inspector and its process tell each other. */
import type { Look } from '../../contract/ports/inspector.js';

export const CHUNK_BYTES = 4 * 1024 * 1024;

/** As `inspector.ts` gives it, and asks about it. */
export interface LookJob {
  readonly look: Look;
  readonly size: number;
}
export interface Range {
  readonly start: number;
  readonly end: number;
}
export interface MadeRange extends Range {
  readonly of: 'photo' | 'thumb';
}
export interface MadeTold {
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
}
