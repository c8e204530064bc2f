/**
 * The responses of our servers. What each of them tells a browser is the same text, and is written as such: node:http
 * would look at every name and value of it again, each time.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';

/** Node's own, which puts the status line and the headers together; its types do not tell of it. */
interface Storing {
  _storeHeader(statusLine: string, headers: unknown): void;
}

const { _storeHeader: store } = ServerResponse.prototype as unknown as Partial<Storing>;

/** For a server's `ServerResponse`. */
export class Response<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  private preface = '';

  /** Its headers will begin with these lines. False: this Node cannot do that, and nothing was done. */
  begin(lines: string): boolean {
    if (store) this.preface = lines;
    return store !== undefined;
  }

  protected _storeHeader(statusLine: string, headers: unknown): void {
    store?.call(this as unknown as Storing, statusLine + this.preface, headers);
  }
}
