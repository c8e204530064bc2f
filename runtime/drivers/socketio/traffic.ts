/**
 * Bytes under way between this process and one client, in both directions: what it has sent of something that is not
 * whole yet, and what it has not read yet of what it was sent.
 */
import type { Socket as TcpStream } from 'node:net';

/** What a client may send before it has joined: a token, and what the protocols put around it. */
const MOST_BEFORE_JOINING = 16 * 1024;

export class Traffic {
  /** The TCP connection that holds what was sent last, as long as it may hold some of it. */
  stream: TcpStream | undefined;
  /** Whose the bytes are, for those who share them out: the network's before the client has joined, then its user's. */
  owner: string;
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
  private mark = { sent: 0, at: 0 };

  constructor(
    /** The client's, or that of the proxy that nobody trusts. */
    readonly address: string,
    network: string,
    readonly since = Date.now(),
  ) {
    this.owner = network;
  }

  /** Says whether it may have sent that much. */
  received(bytes: number): boolean {
    this.unfinished += bytes;
    if (this.joined) return true;
    this.early += bytes;
    return this.early <= MOST_BEFORE_JOINING;
  }

  /** A packet is whole, or a request is over. */
  whole(): void {
    this.unfinished = 0;
  }

  join(userId: string): void {
    this.joined = true;
    this.owner = userId;
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
    const { unread, sent, mark } = this;
    if (unread > 0 && sent - unread < mark.sent) return now - mark.at;
    this.mark = { sent, at: now };
    return 0;
  }
}
