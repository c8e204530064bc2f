/** Pages of the public web. */
export interface Pages {
  /**
   * The HTML at this address, its beginning at least, as text; undefined where there is none. Asks once, within some
   * seconds. Rejects with Failure `invalid` for what will never be asked, `unsupported` for what is no page, and
   * `unavailable` for what may be otherwise another time.
   */
  html(url: string): Promise<string | undefined>;
}
