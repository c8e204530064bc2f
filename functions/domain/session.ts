/** How a session begins and goes on: the tokens that a device holds, and how long they are good for. */
import Type from 'typebox';
import type { Context, Told } from '../../runtime/contract/function.js';
import type { Ports } from '../ports/index.js';
import { Profile } from './model.js';
import { text } from './text.js';
import { isoTime } from './time.js';

export const AccessToken = text(1, 4096, { description: 'A JWT, signed with ES256', examples: ['eyJhbGciOi…'] });

export const RefreshToken = text(1, 512, {
  description: 'Good until the next one, that it is exchanged for, is exchanged itself',
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
export type Grant = Told<typeof Grant>;

export const SignedIn = Type.Object({ user: Profile, ...Grant.properties }, { title: 'SignedIn' });

const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

/** A session ends 30 days after it was last refreshed. */
export const sessionEnd = (now: number): string => isoTime(now + SESSION_MS);

/** Signs a device in. */
export async function startSession(
  { now, newId, ports }: Context<Pick<Ports, 'sessions' | 'tokens'>>,
  userId: string,
  device: string | null,
): Promise<Grant> {
  const sessionId = newId();
  const refreshToken = ports.tokens.refreshToken();
  await ports.sessions.create({
    id: sessionId,
    userId,
    device,
    refreshDigest: ports.tokens.digest(refreshToken),
    createdAt: isoTime(now),
    expiresAt: sessionEnd(now),
    network: null,
  });
  const { token, expiresIn } = await ports.tokens.issue({ userId, sessionId }, now);
  return { accessToken: token, refreshToken, expiresIn };
}
