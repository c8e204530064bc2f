/** The port to uploads that may be broken off and go on: tus 1.0, https://tus.io/protocols/resumable-upload */
import type { Body } from '../bytes.js';
import type { RawRequest, RawResponse } from '../raw.js';

/**
 * The upload that a request is about.
 *
 * @example
 * const upload: UploadOf = { name: '0199a3c4-7d10-7b3e-9c2f-5e8a1b6d4f02', maxBytes: 5 * 1024 * 1024 };
 */
export interface UploadOf {
  /** Letters, digits, `-`: the last segment of its URL, and its name in the store. */
  readonly name: string;
  /** Of the whole of it. */
  readonly maxBytes: number;
}

/**
 * An upload all of whose bytes are there.
 *
 * @example
 * const whole: WholeUpload = { size: 7 };
 */
export interface WholeUpload {
  readonly size: number;
  /** Hexadecimal; there when all the bytes came with this request. */
  readonly sha256?: string;
}

/**
 * What came of a request.
 *
 * @example
 * const taken: Taken = { response: { status: 204, headers: { 'upload-offset': '7' } }, whole: { size: 7 } };
 */
export interface Taken {
  readonly response: RawResponse;
  /** All bytes are there, since this request or before it. */
  readonly whole?: WholeUpload;
}

/**
 * Uploads on their way. One request at a time writes to an upload, in whichever process: one that comes meanwhile has the other
 * end, keeping what came, or answers 423. What breaks off keeps what came as well. All of it rejects with Failure `unavailable`
 * while the store is away or full.
 *
 * @example
 * const howFar = async (uploads: Uploads, name: string) => (await uploads.find(name))?.offset;
 */
export interface Uploads {
  /**
   * Carries out a tus request: `POST` makes the upload of this name, `HEAD` tells how far it is, `PATCH` goes on with it. Rejects
   * with the Failure that the protocol's refusal is, and with what the body ends with instead of its end when it is not allowed one.
   * A checksum that is another than announced is answered with 460, and nothing of that request is kept.
   */
  take(request: RawRequest, upload: UploadOf, body?: Body): Promise<Taken>;
  /** What a request says, or what it is refused with when it speaks another version. Throws Failure `invalid`, naming the member. */
  asked(
    request: RawRequest,
  ): { readonly metadata: Readonly<Record<string, string>> } | { readonly refused: RawResponse };
  /** What there is of the protocol. */
  options(): RawResponse;
  /** Answers `POST` for an upload that is there already, of which so many bytes are there. */
  begun(name: string, offset: number): RawResponse;
  /** Answers `HEAD` and `PATCH` for one that was whole, and is kept elsewhere by now. Throws Failure `conflict` for another offset than its end. */
  settled(request: RawRequest, size: number, metadata: Readonly<Record<string, string>>): RawResponse;
  /** Answers for one that there is no more. */
  gone(): RawResponse;
  /** How far it is; undefined where there is none. */
  find(name: string): Promise<{ readonly offset: number; readonly size?: number } | undefined>;
  /** Of one that is whole: its hash, in hexadecimal, which is read for where it is not `known`, and its first bytes. */
  look(name: string, bytes: number, known?: string): Promise<{ readonly sha256: string; readonly head: Uint8Array }>;
  /** There may be none, or only a part of one. */
  remove(name: string): Promise<void>;
  /** Names, ascending in the order of code units; fewer than `limit` where these are the last. */
  list(after: string | undefined, limit: number): Promise<readonly string[]>;
}

/**
 * Who may write to an upload, of all processes: for a limited time, so that who is gone does not keep it.
 *
 * @example
 * const isFree = (leases: Leases, name: string) => leases.take(name, 'me', 1_000);
 */
export interface Leases {
  /** True when it is this token's from now on. Where it is another's, that one hears of it: see `keep`. Rejects with a Failure. */
  take(name: string, token: string, ms: number): Promise<boolean>;
  /** Has it for so long again. `wanted`: it has it, and somebody waits for it; `lost`: it may be somebody else's. */
  keep(name: string, token: string, ms: number): Promise<'kept' | 'wanted' | 'lost'>;
  release(name: string, token: string): Promise<void>;
}
