/**
 * How often people may do what costs or can be abused. Generous for people and their programs: what they stop is
 * guessing passwords, signing up or searching wholesale, and flooding.
 */
import type { RateLimit } from '../../runtime/contract/limit.js';

export const RATES = {
  signUp: { name: 'sign-up', times: 600, perSeconds: 60, by: 'address' },
  /** Guesses at one account, wherever they come from. */
  signIn: { name: 'sign-in', times: 20, perSeconds: 60, by: '/email' },
  signInFrom: { name: 'sign-in-from', times: 600, perSeconds: 60, by: 'address' },
  refresh: { name: 'refresh', times: 600, perSeconds: 60, by: 'address' },
  search: { name: 'search', times: 100, perSeconds: 10, by: 'user' },
  openChat: { name: 'open-chat', times: 200, perSeconds: 10, by: 'user' },
  changeChat: { name: 'change-chat', times: 500, perSeconds: 10, by: 'user' },
  send: { name: 'send', times: 3_000, perSeconds: 10, by: 'user' },
  report: { name: 'report', times: 5_000, perSeconds: 10, by: 'user' },
  read: { name: 'read', times: 2_000, perSeconds: 10, by: 'user' },
} as const satisfies Record<string, RateLimit>;
