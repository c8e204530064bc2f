/** What somebody may read for a while without signing in. */
interface Link {
  readonly mediaId: string;
  /** Who made it, and whose rights it has. */
  readonly userId: string;
}

/** Texts that say such a thing, which nobody else can make. */
export interface Links {
  /** `expiresAt` in milliseconds since the epoch. */
  issue(link: Link, now: number): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Undefined for what is none of ours, and past its end. */
  read(token: string, now: number): Promise<Link | undefined>;
}
