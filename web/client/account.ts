/**
 * Who is signed in on this device, and tokens that are good. A refresh token is exchanged for the next one, and stays good
 * until that one is exchanged itself. So an exchange whose answer is lost is simply made again, and clients that share a
 * storage (tabs) may exchange at the same moment; they take turns where they can, and who comes second finds it done.
 */
import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';
import type { Method, Rest } from './rest.js';
import type { Grant, Profile } from './shapes.js';
import type { Storage } from './storage.js';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly username?: string;
  readonly displayName?: string;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** How this device is called in the list of devices. */
  readonly device?: string;
}

export interface Account {
  readonly user: Profile | undefined;
  /** When the access token ends, by this device's clock. */
  readonly expiresAt: number;
  signUp(registration: Registration): Promise<void>;
  signIn(credentials: Credentials): Promise<void>;
  /** Also when the server cannot be reached: the device forgets, and the session lapses. */
  signOut(): Promise<void>;
  /** A good access token. Rejects with `unauthorized` when there is no session, or none any more. */
  token(): Promise<string>;
  /** Another one than `stale`, which the server has refused or will soon. */
  renew(stale: string): Promise<string>;
  /** A call as the one who is signed in. */
  call<Reply>(method: Method, path: string, body?: unknown): Promise<Reply>;
  keepUser(user: Profile): void;
  /** Calls when somebody signs in or out or changes, here or in another tab. */
  onChange(listener: () => void): void;
  close(): void;
}

interface Held {
  readonly user: Profile;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

const KEY = 'session';
/** A refresh token of the last session here, which is over: guesses of others do not stop who shows it when signing in. */
const FORMER = 'former';
/** A token that ends sooner is not used any more. */
const MARGIN_MS = 10_000;

export function createAccount(options: { rest: Rest; storage: Storage; clock: Clock }): Account {
  const { rest, storage, clock } = options;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const unwatch = storage.watch(key => key === KEY && tell());

  const held = (): Held | undefined => {
    const text = storage.get(KEY);
    return text === undefined ? undefined : (JSON.parse(text) as Held);
  };
  const write = (session: Held): void => {
    storage.set(KEY, JSON.stringify(session));
    tell();
  };
  const keep = (user: Profile, { accessToken, refreshToken, expiresIn }: Grant): void =>
    write({ user, accessToken, refreshToken, expiresAt: clock.now() + expiresIn * 1000 });
  const forget = (): void => {
    const session = held();
    if (session) storage.set(FORMER, session.refreshToken);
    storage.delete(KEY);
    tell();
  };

  async function begin(path: string, body: object): Promise<void> {
    const { user, ...grant } = await rest<Grant & { user: Profile }>('POST', path, { body });
    keep(user, grant);
  }

  async function exchange(stale: string): Promise<string> {
    const session = held();
    if (!session) throw new Refusal('unauthorized', 'nobody is signed in');
    if (session.accessToken !== stale) return session.accessToken;
    try {
      const grant = await rest<Grant>('POST', '/v1/auth/refresh', { body: { refreshToken: session.refreshToken } });
      // Whoever signed out meanwhile stays signed out, and whoever signed in instead stays signed in.
      const { user } = held() ?? {};
      if (user?.id === session.user.id) keep(user, grant);
      return grant.accessToken;
    } catch (thrown) {
      if (Refusal.from(thrown).code !== 'unauthorized') throw thrown;
      // Another tab may be ahead: what it holds is good.
      const now = held();
      if (now && now.refreshToken !== session.refreshToken) return now.accessToken;
      forget();
      throw thrown;
    }
  }
  const renew = (stale: string): Promise<string> => storage.exclusively(() => exchange(stale));

  async function token(): Promise<string> {
    const session = held();
    if (!session) throw new Refusal('unauthorized', 'nobody is signed in');
    return session.expiresAt - MARGIN_MS > clock.now() ? session.accessToken : renew(session.accessToken);
  }

  return {
    get user() {
      return held()?.user;
    },
    get expiresAt() {
      return held()?.expiresAt ?? 0;
    },
    signUp: registration => begin('/v1/auth/register', registration),
    signIn: credentials => {
      const refreshToken = storage.get(FORMER);
      return begin('/v1/auth/login', { ...credentials, ...(refreshToken !== undefined && { refreshToken }) });
    },
    async signOut() {
      const good = await token().catch(() => undefined);
      if (good !== undefined) await rest('POST', '/v1/auth/logout', { token: good }).catch(() => undefined);
      forget();
    },
    token,
    renew,
    async call(method, path, body) {
      const first = await token();
      const attempt = <Reply>(bearer: string) =>
        rest<Reply>(method, path, { token: bearer, ...(body !== undefined && { body }) });
      return attempt<never>(first).catch(async thrown => {
        if (Refusal.from(thrown).code !== 'unauthorized') throw thrown;
        return attempt<never>(await renew(first));
      });
    },
    keepUser(user) {
      const session = held();
      if (session) write({ ...session, user });
    },
    onChange: listener => void listeners.add(listener),
    close: unwatch,
  };
}
