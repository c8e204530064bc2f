/** What tests ask of a client that was made for version 1 of the contract, whichever it is. */
export interface V1Client {
  signIn(credentials: { readonly email: string; readonly password: string }): Promise<void>;
  /** Whether it is connected and believes that it is up to date. */
  isWell(): boolean;
  /** Reads the newest messages of the chat. */
  open(chatId: string): Promise<void>;
  /** What the messages say that it holds, in order. */
  bodies(chatId: string): readonly string[];
  send(chatId: string, body: string): void;
  close(): void;
  /** What it could make nothing of. */
  readonly troubles: readonly string[];
}
