/** Media as they come: how large they may be, and how long what of them is kept. */
import type { MediaKind } from './attachment.js';

/** The most that one file may be allowed to have. */
export const MOST_BYTES = 2 ** 40;
/** From its beginning, whatever comes of it meanwhile. */
export const UPLOAD_EXPIRES_MS = 24 * 3_600_000;
/** So long after its end an upload is answered as it was, unless something names its media before. */
export const FINISHED_MS = 10 * 60_000;

/** Media as their upload sees them. */
export interface Upload {
  readonly id: string;
  readonly ownerId: string;
  readonly clientId: string | null;
  readonly kind: MediaKind;
  readonly state: 'uploading' | 'uploaded' | 'ready' | 'refused' | 'gone';
  readonly filename: string | null;
  readonly declaredType: string | null;
  /** Of one on its way: what is set aside for it. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly attachedAt: number | null;
}
