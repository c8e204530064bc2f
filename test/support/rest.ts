/** REST as any HTTP client would speak it. Answers come as they are; nothing here judges them. */

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

export interface RequestOptions {
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the answer may take, in ms. */
  readonly within?: number;
}

/** `body` of the answer is the parsed JSON, the text where it is not JSON, undefined where there is none. */
export async function request<Body = unknown>(
  gateway: string,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<Body>> {
  const content = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(gateway + path, {
    method,
    headers: {
      ...(content !== undefined && { 'content-type': 'application/json' }),
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    ...(content !== undefined && { body: content }),
    signal: AbortSignal.timeout(options.within ?? 15_000),
  });
  const text = await response.text();
  const json = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const body = text === '' ? undefined : json ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body: body as Body };
}
