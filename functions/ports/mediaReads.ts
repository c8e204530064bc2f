/** Where the bytes of media are, and that they are these. */
export interface Bytes {
  /** In the store of blobs. */
  readonly name: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface ReadableMedia {
  readonly kind: 'photo' | 'video' | 'audio' | 'voice' | 'file';
  /** `uploaded`: whole, and not looked at yet. */
  readonly state: 'uploaded' | 'ready';
  readonly filename: string | null;
  /** As the bytes say; null where they say nothing. */
  readonly type: string | null;
  readonly bytes: Bytes;
  readonly thumb: (Bytes & { readonly type: string }) | null;
}

/** Who may read media: asked for each read, of what names them at that moment. */
export interface MediaReads {
  /**
   * The media, for their owner, and for who is now in a chat with a message that names them, which was not deleted and which
   * they do not hide from themselves. Undefined for anybody else, and where there are none, or none any more: one statement, the
   * same for all of these.
   */
  readable(mediaId: string, userId: string): Promise<ReadableMedia | undefined>;
}
