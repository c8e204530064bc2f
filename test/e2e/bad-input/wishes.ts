/** What members ask for that changes messages, in the words of HTTP and in those of a connection. */
import type { Live } from '../../support/live.js';
import type { Person } from '../../support/people.js';
import type { Ack } from '../../support/shapes.js';

export interface Wish {
  readonly kind: 'edit' | 'delete' | 'react' | 'pin' | 'forward';
  readonly chatId: string;
  readonly seq: unknown;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What both ways say of a refusal. */
export interface Refused {
  readonly code: string | undefined;
  readonly paths: readonly string[];
  readonly current?: unknown;
}

export const STATUS = { invalid: 400, forbidden: 403, not_found: 404, conflict: 409 } as const;

export async function overHttp(
  person: Person,
  { kind, chatId, seq, rest }: Wish,
): Promise<Refused & { status: number }> {
  const messages = `/v1/chats/${chatId}/messages`;
  const one = `${messages}/${encodeURIComponent(String(seq))}`;
  const [method, path, sent] = {
    edit: () => ['PATCH', one, rest] as const,
    delete: () => ['DELETE', `${one}?scope=${rest.scope ?? 'all'}`, undefined] as const,
    react: () => ['PUT', `${one}/reactions/${encodeURIComponent(String(rest.emoji))}`, undefined] as const,
    pin: () => ['PUT', `${one}/pin`, undefined] as const,
    forward: () => ['POST', messages, rest] as const,
  }[kind]();
  const { status, body } = await person.call<Problem | undefined>(method, path, sent);
  return { status, code: body?.code, paths: (body?.errors ?? []).map(error => error.path), current: body?.current };
}

export async function overSocket(live: Live, { kind, chatId, seq, rest }: Wish): Promise<Refused> {
  const [event, payload] = {
    edit: () => ['message:edit', { chatId, seq, ...rest }] as const,
    delete: () => ['message:delete', { chatId, seq, scope: 'all', ...rest }] as const,
    react: () => ['message:react', { chatId, seq, on: true, ...rest }] as const,
    pin: () => ['message:pin', { chatId, seq, on: true, ...rest }] as const,
    forward: () => ['message:send', { chatId, ...rest }] as const,
  }[kind]();
  const ack = (await live.emit(event, payload)) as Ack<unknown> & { error?: Problem };
  return {
    code: ack.error?.code,
    paths: (ack.error?.errors ?? []).map(({ path }) => path),
    current: ack.error?.current,
  };
}

interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly path: string }[];
  readonly current?: unknown;
}
