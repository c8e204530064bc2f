/**
 * Exchanges a refresh token for the next one. The token stays good until the next one is exchanged itself: a client whose
 * answer was lost asks again, and tabs that ask at once each get an answer. A token that comes after that is in two hands,
 * and which of them is the owner's cannot be told: the session is over for both, and its live connections close before
 * the answer.
 */
import { Failure } from 'function-runtime';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { room } from '../domain/names.js';
import { Grant, networkDigest, RefreshToken, sessionEnd } from '../domain/session.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const refresh = single({
  name: 'refresh',
  access: 'public',
  needs: ['sessions', 'tokens'],
  limits: [RATES.refresh, RATES.badRefresh],
  summary:
    'Exchanges a refresh token for new tokens. The old one stays valid until the new one is exchanged; using it after that ends the session.',
  input: strictObject({ refreshToken: RefreshToken }),
  output: { ok: Grant },
  refuses: ['unauthorized'],
  async handle({ now, client, ports: { sessions, tokens } }, { data }) {
    const refreshToken = tokens.refreshToken();
    const exchange = await sessions.rotate({
      digest: tokens.digest(data.refreshToken),
      nextDigest: tokens.digest(refreshToken),
      now: isoTime(now),
      expiresAt: sessionEnd(now),
      network: networkDigest(tokens, client),
    });
    if (exchange.result === 'unknown') throw refused();
    if (exchange.result === 'reused')
      return { emit: [{ close: room.session(exchange.sessionId) }], failure: refused() };
    const { userId, sessionId } = exchange;
    const { token, expiresIn } = await tokens.issue({ userId, sessionId }, now);
    return { reply: { accessToken: token, refreshToken, expiresIn } };
  },
});

const refused = () => new Failure('unauthorized', 'this refresh token is no longer valid: sign in again');
