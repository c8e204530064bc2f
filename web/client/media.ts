/** The bytes of media that others have sent, and links to them. */
import type { Account } from './account.js';
import type { Bytes } from './bytes.js';

interface MediaLink {
  readonly url: string;
  readonly expiresAt: string;
}

export interface MediaFiles {
  /** All of it, or the small picture of it. */
  media(id: string, part?: 'whole' | 'thumb', signal?: AbortSignal): Promise<Blob>;
  /** An address that works for some minutes without anything else, for what a browser loads by itself. */
  mediaLink(id: string): Promise<MediaLink>;
}

/** A slow line is no reason to give up. */
const WITHIN_MS = 10 * 60_000;

export const mediaFiles = (url: string, bytes: Bytes, { call }: Pick<Account, 'call'>): MediaFiles => ({
  async media(id, part = 'whole', signal) {
    const path = `/v1/media/${id}${part === 'thumb' ? '/thumb' : ''}`;
    return (await bytes('GET', path, { withinMs: WITHIN_MS, ...(signal && { signal }) })).blob();
  },
  async mediaLink(id) {
    const link = await call<MediaLink>('GET', `/v1/media/${id}/link`);
    return { ...link, url: new URL(link.url, url).href };
  },
});
