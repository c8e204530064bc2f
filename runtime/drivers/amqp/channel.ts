/** A channel's two dangers: an error without a listener, which ends the process, and an ending that never comes. */
import type { Channel } from 'amqplib';
import { settleWithin } from './settle-within.js';
import { CONNECTION_LOST } from './supervise.js';

const CLOSE_TIMEOUT_MS = 1_000;

/** `broke` may be called several times; the first call says why. */
export function listening<Kind extends Channel>(channel: Kind, broke: (reason: string) => void): Kind {
  channel.on('error', error => broke(error.message));
  channel.on('close', () => broke(CONNECTION_LOST));
  return channel;
}

/** Does nothing to a channel that has ended already. */
export const closeChannel = (channel: Channel): Promise<void> => settleWithin(CLOSE_TIMEOUT_MS, channel.close());
