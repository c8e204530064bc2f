/** Functions over HTTP on 32 connections, beside Knative's own runtime, with all that an answer of ours brings along. */
import type { Case } from '../bench-case.js';
import { ORDER, ORDER_EVENT } from '../servers/order.js';
import { type Asked, httpSide } from '../sides/answers.js';

const json: Asked = { path: '/', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ORDER) };

const attributes = { specversion: '1.0', id: '3f1c2a6e', source: '/bench', type: ORDER_EVENT };

const binary: Asked = {
  ...json,
  headers: {
    ...json.headers,
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])),
  },
};

const structured: Asked = {
  path: '/',
  headers: { 'content-type': 'application/cloudevents+json' },
  body: JSON.stringify({ ...attributes, datacontenttype: 'application/json', data: ORDER }),
};

interface Asking {
  readonly name: string;
  readonly summary: string;
  readonly server: 'our-image' | 'our-start';
  readonly asked: Asked;
  /** What the peer is asked instead. */
  readonly peerAsked?: Asked;
  readonly atLeast: number;
  readonly fullOnly?: boolean;
}

const httpCase = ({ name, summary, server, asked, peerAsked = asked, atLeast, fullOnly = false }: Asking): Case => ({
  ...{ name, summary, fullOnly },
  unit: 'request',
  brief: true,
  runsIn: true,
  ours: httpSide('ours', server, asked),
  peer: httpSide('faas-js-runtime', 'faas-js-runtime', peerAsked),
  older: folder => httpSide('older build', server, asked, folder),
  goals: [{ of: 'requests/s', as: 'ratio', atLeast }],
});

export const httpStart = httpCase({
  name: 'http-start',
  summary: 'A foreign function on our `start`, JSON body',
  ...{ server: 'our-start', asked: json, atLeast: 1.5 },
});

export const httpRoute = httpCase({
  name: 'http-route',
  summary: 'A function of ours on a route, JSON body, schema and metrics included',
  ...{ server: 'our-image', asked: { ...json, path: '/v1/orders' }, peerAsked: json, atLeast: 1.5 },
});

export const httpEventBinary = httpCase({
  name: 'http-event-binary',
  summary: 'A function of ours on `POST /`, CloudEvent in binary mode, answered with one',
  ...{ server: 'our-image', asked: binary, atLeast: 3 },
});

export const httpEventStructured = httpCase({
  name: 'http-event-structured',
  summary: 'A function of ours on `POST /`, CloudEvent in structured mode, answered with one',
  ...{ server: 'our-image', asked: structured, atLeast: 3, fullOnly: true },
});

export const startEventBinary = httpCase({
  name: 'start-event-binary',
  summary: 'A foreign function on our `start`, CloudEvent in binary mode, answered with one',
  ...{ server: 'our-start', asked: binary, atLeast: 3, fullOnly: true },
});

export const startEventStructured = httpCase({
  name: 'start-event-structured',
  summary: 'A foreign function on our `start`, CloudEvent in structured mode, answered with one',
  ...{ server: 'our-start', asked: structured, atLeast: 3, fullOnly: true },
});
