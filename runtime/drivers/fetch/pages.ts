/** Pages of the public web, as text. */
import { parseNetworks } from '../../core/network.js';
import { type GuardedFetchOptions, guardedFetch } from './guarded.js';
import { htmlText } from './html-text.js';

export interface PagesOptions extends Omit<GuardedFetchOptions, 'allow'> {
  /** Comma-separated addresses and networks that are asked although they are not public. Default: none. */
  readonly allow?: string;
  /** How it calls itself: a server may want to know who asks. */
  readonly agent: string;
}

export interface Pages {
  /**
   * The HTML at this address, as much of it as is read, decoded; undefined where the answer is no success. Rejects with a
   * Failure as `GuardedFetch` does.
   */
  html(url: string): Promise<string | undefined>;
}

const TYPES = ['text/html', 'application/xhtml+xml'];

/**
 * Asks each time: nothing is kept.
 *
 * @example
 * import { pages } from 'function-runtime/drivers/fetch/pages';
 *
 * const web = pages({ withinMs: 5_000, maxBytes: 512 * 1024, redirects: 3, agent: 'Shop (previews of links)' });
 * const html = await web.html('https://example.org/');
 */
export function pages({ agent, allow, ...options }: PagesOptions): Pages {
  const ask = guardedFetch({ ...options, ...(allow !== undefined && { allow: parseNetworks(allow) }) });
  const headers = { accept: TYPES.join(), 'user-agent': agent };
  return {
    async html(url) {
      const { status, headers: said, body } = await ask({ url, headers, types: TYPES });
      return status >= 200 && status < 300 ? htmlText(body, said['content-type']) : undefined;
    },
  };
}
