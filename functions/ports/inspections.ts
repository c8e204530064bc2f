import type { MediaKind } from '../domain/attachment.js';

/** Media that are looked into. */
export interface Inspected {
  readonly state: 'uploading' | 'uploaded' | 'ready' | 'refused' | 'gone';
  readonly kind: MediaKind;
  /** Of its bytes, in the store of blobs; absent where it has none, or none any more. */
  readonly blob?: { readonly name: string; readonly size: number };
}

/** Bytes in the store of blobs, under this name. */
export interface KeptBlob {
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly size: number;
  readonly type: string;
}

/** What was found out; what is absent stays as it is. */
export interface Findings {
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  readonly waveform?: Uint8Array;
  readonly thumbhash?: Uint8Array;
  /** Instead of what was sent, which nothing refers to from then on. */
  readonly photo?: KeptBlob;
  readonly thumb?: KeptBlob;
}

/** What is found out about media. */
export interface InspectionStore {
  find(mediaId: string): Promise<Inspected | undefined>;
  /** `uploaded` becomes `ready`, with what was found; answers the state that it is in then: another one stays. */
  settle(mediaId: string, findings: Findings, at: string): Promise<Inspected['state'] | undefined>;
  /** `uploaded` becomes `refused`: its bytes go. Answers the state that it is in then. */
  refuse(mediaId: string): Promise<Inspected['state'] | undefined>;
  /**
   * Media that are `uploaded` for longer than they should be: each is answered 5 minutes after its end, then 10, then 20 and so on,
   * eight times in all; of several who ask at once, by one. At most `limit`, the oldest first.
   */
  overdue(now: string, limit: number): Promise<readonly string[]>;
  /** Messages that name it, by chat and seq, after a given one: fewer than `limit` where these are the last. */
  places(
    mediaId: string,
    limit: number,
    after?: { readonly chatId: string; readonly seq: number },
  ): Promise<readonly { readonly chatId: string; readonly seq: number }[]>;
}
