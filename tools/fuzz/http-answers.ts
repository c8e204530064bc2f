/** Reads the answers off one connection, in the order of the requests that went out on it. */

export interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** The server closes the connection behind it. */
  readonly last: boolean;
}

export interface AnswerReader {
  /** Throws when what comes is no HTTP. `method` says what the oldest request without an answer was. */
  read(bytes: Buffer): void;
}

export function answerReader(method: () => string | undefined, onAnswer: (answer: HttpAnswer) => void): AnswerReader {
  let waiting: Buffer = Buffer.alloc(0);

  /** The bytes that the first answer takes, or undefined while some are missing. */
  function take(): number | undefined {
    const end = waiting.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const head = waiting.toString('latin1', 0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error(`not an answer: ${JSON.stringify(head.slice(0, 200))}`);
    const start = end + 4;
    if (status < 200) return start;
    const body =
      method() === 'HEAD' || status === 204 || status === 304 ? { text: '', end: start } : bodyAt(head, start);
    if (body) onAnswer({ status, head, body: body.text, last: /^connection: close$/im.test(head) });
    return body?.end;
  }

  function bodyAt(head: string, start: number): { text: string; end: number } | undefined {
    if (/^transfer-encoding: chunked$/im.test(head)) return chunksAt(start);
    const end = start + Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    return end > waiting.length ? undefined : { text: waiting.toString('utf8', start, end), end };
  }

  function chunksAt(start: number): { text: string; end: number } | undefined {
    let text = '';
    for (let at = start; ; ) {
      const line = waiting.indexOf('\r\n', at);
      if (line === -1) return undefined;
      const size = Number.parseInt(waiting.toString('latin1', at, line), 16);
      const end = line + 2 + size;
      if (waiting.length < end + 2) return undefined;
      if (size === 0) return { text, end: end + 2 };
      text += waiting.toString('utf8', line + 2, end);
      at = end + 2;
    }
  }

  return {
    read(bytes) {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
      for (let taken = take(); taken !== undefined; taken = take()) {
        waiting = waiting.subarray(taken);
        if (waiting.length === 0) return;
      }
    },
  };
}
