/** One live connection of a load client. */

/** The member of this name, wherever it first stands in what came, as text; undefined when there is none. */
export type Fields = (name: string) => string | undefined;

export interface Device {
  /** Emits with an acknowledgement. */
  ask(event: string, data: object, answered: (answer: Fields) => void): void;
  onEvent: (event: string, data: Fields) => void;
  /** The connection ended, and it was not we. */
  onLost: (reason: string) => void;
  close(): void;
}

export type Connect = (url: string, token: string) => Promise<Device>;
