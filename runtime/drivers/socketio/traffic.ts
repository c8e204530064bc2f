/**
 * Bytes under way between this process and one client, in both directions: what it has sent of something that is not
 * whole yet, and what it has not read yet of what it was sent.
 */
import type { Socket as TcpStream } from 'node:net';
import { type Holder, PUBLIC_BODY_LIMIT } from '../../http/bounds/bounds.js';

/** Less than any number of bytes: frames are larger than what is counted as sent in them. */
const NEVER = Number.NEGATIVE_INFINITY;

export class Traffic implements Holder {
  /** The TCP connection that holds what was sent last, as long as it may hold some of it. */
  stream: TcpStream | undefined;
  /** Whether the client has signed in and is connected. */
  joined = false;
  /** Whether somebody is busy with letting it in. */
  joining = false;
  /** Bytes that came in and are no whole packet yet, or are on their way. */
  unfinished = 0;
  /** All bytes that came in before it joined. */
  private early = 0;
  /** Bytes that wait for the transport to take them. */
  private waiting = 0;
  private sent = 0;
  /** When so many bytes had been sent; they are older than that while the client has not taken as many. */
  private markedSent = NEVER;
  private markedAt = 0;

  constructor(
    /** The client's, or that of the proxy that nobody trusts. */
    readonly address: string,
    readonly giveWay: () => void,
    readonly since = Date.now(),
  ) {}

  get bytes(): number {
    return this.unfinished + this.unread;
  }

  /** Says whether it may have sent that much. */
  received(bytes: number): boolean {
    this.unfinished += bytes;
    if (this.joined) return true;
    this.early += bytes;
    return this.early <= PUBLIC_BODY_LIMIT;
  }

  /** A packet is whole, or a request is over. */
  whole(): void {
    this.unfinished = 0;
  }

  created(bytes: number): void {
    this.waiting += bytes;
    this.sent += bytes;
  }

  flushed(): void {
    this.waiting = 0;
  }

  /** Bytes that were sent to the client and that the system has not taken yet. */
  get unread(): number {
    return this.waiting + (this.stream?.writableLength ?? 0);
  }

  /** For how long something has not been read, in ms, counted from the first of the looks that saw it. */
  unreadFor(now: number): number {
    const { unread, sent } = this;
    if (unread > 0 && sent - unread < this.markedSent) return now - this.markedAt;
    this.markedSent = unread > 0 ? sent : NEVER;
    this.markedAt = now;
    return 0;
  }
}
