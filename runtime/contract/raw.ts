/** What a raw route hands over, and what its function answers: HTTP as it is, for protocols that have their own words for it. */

/**
 * A request as it came: `context.request` of a raw route.
 *
 * @example
 * const offsetOf = ({ headers }: RawRequest): number => Number(headers['upload-offset']);
 */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they were sent: `/v1/uploads/7?x=1`. */
  readonly url: string;
  /** By name, in lower case; one that came several times has its values in one text. Without credentials, which are the guard's. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The answer of a raw route, as its function has it. What frames it is the runtime's, and so is what protects a browser, unless it
 * is said otherwise here.
 *
 * @example
 * const noted: RawResponse = { status: 204, headers: { 'upload-offset': '7' } };
 */
export interface RawResponse {
  /** 200…599 */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Small: it is in memory, and counts as any answer does. */
  readonly body?: string | Uint8Array;
}
