/** The liveness and readiness endpoints: `OK`, unless the function brings a check of its own. */
import type { IncomingMessage } from 'node:http';
import { queryOf } from './context.js';
import { type Head, type Response, send, sendError, statusOf, TEXT_TYPE } from './reply.js';
import type { HealthCheck, HealthReply, HealthRequest, Logger } from './types.js';

export type Route = (request: IncomingMessage, response: Response) => void;

export const isWell: Route = (_request, response) =>
  send(response, { status: 200, headers: { 'content-type': TEXT_TYPE } }, 'OK');

/** A check answers by what it returns or resolves to, or, returning nothing, by `reply.send`, then or later. */
export function routeOf(check: HealthCheck, log: Logger): Route {
  return async (raw, response) => {
    const head: Head = { status: 200, headers: {} };
    const reply = replyOf(response, head, log);
    try {
      const returned = check(requestOf(raw, log), reply);
      const result = await returned;
      const isPending = returned === undefined || result === reply;
      if (!reply.sent && !isPending) reply.send(result);
    } catch (error) {
      if (reply.sent) log.error(error);
      else sendError(response, head, error);
    }
  };
}

const requestOf = (raw: IncomingMessage, log: Logger): HealthRequest => ({
  raw,
  method: raw.method ?? 'GET',
  url: raw.url ?? '/',
  headers: raw.headers,
  query: queryOf(raw.url ?? '/'),
  log,
});

function replyOf(raw: Response, head: Head, log: Logger): HealthReply {
  let sent = false;
  const reply: HealthReply = {
    raw,
    log,
    get sent() {
      return sent || raw.writableEnded;
    },
    get statusCode() {
      return head.status;
    },
    set statusCode(status) {
      head.status = statusOf(status);
    },
    code(status) {
      head.status = statusOf(status);
      return reply;
    },
    status: status => reply.code(status),
    header(name, value) {
      head.headers[name.toLowerCase()] = value;
      return reply;
    },
    headers(headers) {
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
      return reply;
    },
    type: contentType => reply.header('content-type', contentType),
    send(payload) {
      if (reply.sent) log.warn('a health check answered twice');
      else send(raw, head, payload);
      sent = true;
      return reply;
    },
  };
  return reply;
}
