/**
 * How often people may do what costs or can be abused. Generous for people and their programs: what they stop is
 * guessing passwords, signing up or searching wholesale, and flooding.
 */
import type { RateLimit } from 'function-runtime';

export const RATES = {
  /** A classroom at once, but not wholesale. */
  signUp: { name: 'sign-up', times: 120, perSeconds: 60, by: 'address' },
  signUpHourly: { name: 'sign-up-hourly', times: 1_000, perSeconds: 3_600, by: 'address' },
  /**
   * Guesses at one account from one address: those of somebody else keep nobody out who is elsewhere, nor anybody on a
   * device that is known.
   */
  signIn: {
    name: 'guess',
    times: 20,
    perSeconds: 60,
    by: ['/email', 'address'],
    counts: 'guesses',
    spares: 'device',
  },
  /** Guesses at one account from everywhere, by devices that are not known. */
  signInAnywhere: {
    name: 'guess-at',
    times: 300,
    perSeconds: 3_600,
    by: '/email',
    counts: 'guesses',
    spares: 'network',
  },
  /** Guesses from one address at all accounts that are not known there. */
  signInFrom: {
    name: 'guess-from',
    times: 600,
    perSeconds: 60,
    by: 'address',
    counts: 'guesses',
    spares: 'network',
  },
  /** Guesses at one account by all devices that are known for it, where another limit would have refused them. */
  signInKnown: {
    name: 'guess-known',
    times: 20,
    perSeconds: 60,
    by: '/email',
    counts: 'guesses',
    ofSparedDevices: true,
  },
  /** Junk of others at the same address keeps no good token from being exchanged. */
  badRefresh: { name: 'bad-refresh', times: 600, perSeconds: 60, by: 'address', counts: 'refusals' },
  /** As long as a token is good it may be exchanged again: once for each tab, and for answers that were lost. */
  refresh: { name: 'refresh-with', times: 60, perSeconds: 60, by: '/refreshToken' },
  search: { name: 'search', times: 100, perSeconds: 10, by: 'user', given: '/query' },
  /** Names of people by their ids, hundreds in one call. */
  lookUp: { name: 'look-up', times: 50, perSeconds: 10, by: 'user', given: '/ids' },
  openChat: { name: 'open-chat', times: 200, perSeconds: 10, by: 'user' },
  changeChat: { name: 'change-chat', times: 500, perSeconds: 10, by: 'user' },
  changeOwn: { name: 'change-own', times: 500, perSeconds: 10, by: 'user' },
  send: { name: 'send', times: 3_000, perSeconds: 10, by: 'user' },
  /** Of edits, reactions and pins together. */
  change: { name: 'change', times: 1_000, perSeconds: 10, by: 'user' },
  /** Nobody edits one message in earnest any faster. */
  editMessage: { name: 'edit-message', times: 30, perSeconds: 10, by: ['user', '/chatId', '/seq'] },
  /** Files; what they hold is bounded by the quota. */
  upload: { name: 'upload', times: 300, perSeconds: 60, by: 'user' },
  /** Pieces of them, and questions how far they are. */
  uploadOn: { name: 'upload-on', times: 1_000, perSeconds: 10, by: 'user' },
  report: { name: 'report', times: 5_000, perSeconds: 10, by: 'user' },
  /** A page full of pictures, each of them asked for. */
  media: { name: 'media', times: 2_000, perSeconds: 10, by: 'user' },
  linkedMedia: { name: 'linked-media', times: 2_000, perSeconds: 10, by: 'address' },
  read: { name: 'read', times: 2_000, perSeconds: 10, by: 'user' },
} as const satisfies Record<string, RateLimit>;
