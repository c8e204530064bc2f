/** How a session begins and goes on: the tokens that a device holds, and how long they are good for. */

import type { Client, Context, Output } from 'function-runtime';
import Type from 'typebox';
import type { Ports } from '../ports/index.js';
import { Profile } from './model.js';
import { text } from './text.js';
import { isoTime } from './time.js';

export const AccessToken = text(1, 4096, { description: 'A JWT, signed with ES256', examples: ['eyJhbGciOi…'] });

export const RefreshToken = text(1, 512, {
  description: 'Good until the next one, that it is exchanged for, is exchanged itself',
  examples: ['kX3v…'],
});

export const FormerToken = text(1, 512, {
  description:
    'One that this device was given for the account before, good or not. Guesses of others then do not stop this sign-in.',
  examples: ['kX3v…'],
});

/** What a device signs in for. */
export const Grant = Type.Object(
  {
    accessToken: AccessToken,
    refreshToken: RefreshToken,
    expiresIn: Type.Integer({ minimum: 1, description: 'Of the access token, in seconds', examples: [900] }),
  },
  { title: 'Grant' },
);
export type Grant = Output<typeof Grant>;

export const SignedIn = Type.Object({ user: Profile, ...Grant.properties }, { title: 'SignedIn' });

const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

/** A session ends 30 days after it was last refreshed. */
export const sessionEnd = (now: number): string => isoTime(now + SESSION_MS);

/** What is kept of the network that a device is in: enough to know it again, and not where it is. */
export const networkDigest = (tokens: Pick<Ports['tokens'], 'digest'>, { network }: Client = {}): string | null =>
  network === undefined ? null : tokens.digest(network);

/** Signs a device in. Without a name of its own it is called as it describes itself. */
export async function startSession(
  { now, newId, ports, client = {} }: Context<Pick<Ports, 'sessions' | 'tokens'>>,
  userId: string,
  device: string | undefined = client.device,
): Promise<Grant> {
  const sessionId = newId();
  const refreshToken = ports.tokens.refreshToken();
  await ports.sessions.create({
    id: sessionId,
    userId,
    device: device ?? null,
    refreshDigest: ports.tokens.digest(refreshToken),
    createdAt: isoTime(now),
    expiresAt: sessionEnd(now),
    network: networkDigest(ports.tokens, client),
  });
  const { token, expiresIn } = await ports.tokens.issue({ userId, sessionId }, now);
  return { accessToken: token, refreshToken, expiresIn };
}
