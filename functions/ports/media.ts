import type { Upload } from '../domain/media.js';

/** Media, and what is known of their uploads. */
export interface MediaStore {
  /**
   * Begins an upload, or answers the one that the owner has under this clientId; of two at once one begins it. `size` undefined:
   * it will be told later, and as much is set aside as the owner has left. An upload under this clientId that has expired gives way:
   * `expired` is its id. Throws Failure `too_large` where it is more than one may send, or than the owner has left.
   */
  begin(upload: {
    readonly id: string;
    readonly ownerId: string;
    readonly clientId: string | null;
    readonly kind: Upload['kind'];
    readonly filename: string | null;
    readonly declaredType: string | null;
    readonly size: number | undefined;
    readonly at: string;
  }): Promise<{ readonly upload: Upload; readonly begun: boolean; readonly expired?: string }>;
  find(id: string): Promise<Upload | undefined>;
  /** Its length is known by now, and no more than what was set aside. */
  resize(id: string, size: number): Promise<void>;
  /** All of it is in the store of blobs, under this name: `uploaded` from now on. Answers it as it is, also where it was finished before. */
  finish(done: {
    readonly id: string;
    readonly sha256: string;
    readonly name: string;
    readonly size: number;
    readonly type: string;
    readonly at: string;
  }): Promise<Upload | undefined>;
  /** Its bytes are not taken: `refused`. */
  refuse(id: string): Promise<void>;
  /** It never was, or its owner takes it back: `gone`. False where something names it, or it is gone already. */
  discard(id: string, at: string): Promise<boolean>;
}
