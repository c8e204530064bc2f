/** A client that keeps one chat's messages by seq: from live events, and from `sync` where the seqs show a gap. */
import type { Live } from './live.js';
import type { Message, Synced } from './shapes.js';

export class Reader {
  readonly #bySeq = new Map<number, Message>();

  constructor(
    readonly live: Live,
    readonly chatId: string,
    already: readonly Message[] = [],
  ) {
    for (const message of [...already, ...live.heard<Message>('message:new')]) this.#keep(message);
    live.socket.on('message:new', (message: Message) => this.#keep(message));
  }

  get messages(): Message[] {
    return [...this.#bySeq.values()].sort((one, other) => one.seq - other.seq);
  }

  seqs(): number[] {
    return this.messages.map(({ seq }) => seq);
  }

  /** The seqs below the highest that are not there. */
  gaps(): number[] {
    const highest = Math.max(0, ...this.#bySeq.keys());
    return Array.from({ length: highest }, (_, place) => place + 1).filter(seq => !this.#bySeq.has(seq));
  }

  /** Asks from the end of what is there without a gap, until the server has no more; says how many were new. */
  async sync(): Promise<number> {
    const before = this.#bySeq.size;
    for (;;) {
      const [firstGap] = this.gaps();
      const cursor = firstGap === undefined ? this.#bySeq.size : firstGap - 1;
      const { chats } = await this.live.ask<Synced>('sync', { cursors: { [this.chatId]: cursor } });
      const chat = chats.find(({ chatId }) => chatId === this.chatId);
      for (const message of chat?.messages ?? []) this.#keep(message);
      if (!chat?.more || chat.messages.length === 0) return this.#bySeq.size - before;
    }
  }

  /** Two different messages at one seq would be a broken promise. */
  #keep(message: Message): void {
    if (message.chatId !== this.chatId) return;
    const there = this.#bySeq.get(message.seq);
    if (there && there.id !== message.id) throw new Error(`two messages at seq ${message.seq}`);
    this.#bySeq.set(message.seq, message);
  }
}
