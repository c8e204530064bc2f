import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { CloudEvent } from 'cloudevents';
import {
  type CloudEventFunction,
  type Context,
  type FunctionModule,
  type HealthCheck,
  type HTTPFunction,
  type Invokable,
  type InvokerOptions,
  type LogLevel,
  type StructuredReturn,
  start,
} from '#runtime/knative.js';
import { ask } from './ask.js';

interface Customer {
  readonly name: string;
}

const onEvent: CloudEventFunction<Customer, Customer> = async (context, event) => {
  const name = event?.data?.name ?? 'nobody';
  context.log.info(name);
  return new CloudEvent<Customer>({ id: '1', type: 't', source: '/s', data: { name: name.toUpperCase() } });
};
const onRequest: HTTPFunction = (context: Context): StructuredReturn => ({
  statusCode: 201,
  headers: { 'x-method': context.method },
  body: { query: context.query },
});
const builds: CloudEventFunction = context =>
  context.cloudEventResponse({ ok: true }).id('7').type('t').source('/s').response();
const silent: HTTPFunction = async () => {};
const liveness: HealthCheck = (_request, reply) => reply.code(200).send('fine');
liveness.path = '/alive';
const level: LogLevel = 'silent';
const options: InvokerOptions = { port: 0, logLevel: level };

describe('The types for authors of functions', () => {
  const hosting = async <Result>(func: Invokable | FunctionModule, use: (port: number) => Promise<Result>) => {
    const server: Server = await start(func, options);
    try {
      return await use((server.address() as AddressInfo).port);
    } finally {
      server.close();
    }
  };
  const event = { 'ce-id': '1', 'ce-type': 't', 'ce-source': '/s', 'ce-specversion': '1.0' };
  const post = { headers: { ...event, 'content-type': 'application/json' }, body: '{"name":"ada"}' };

  it('fit functions of events', async () => {
    expect((await hosting(onEvent, port => ask(port, post))).body).to.equal('{"name":"ADA"}');
    expect((await hosting(builds, port => ask(port, post))).headers['ce-id']).to.equal('7');
  });

  it('fit functions of requests', async () => {
    const { status, headers, body } = await hosting(onRequest, port => ask(port, { path: '/?a=1' }));
    expect([status, headers['x-method'], body]).to.deep.equal([201, 'GET', '{"query":{"a":"1"}}']);
    expect((await hosting(silent, port => ask(port))).status).to.equal(204);
  });

  it('fit modules', async () => {
    const module: FunctionModule = {
      handle: onRequest,
      init: () => {},
      shutdown: async () => {},
      cors: () => ['x'],
      liveness,
    };
    expect((await hosting(module, port => ask(port, { path: '/alive' }))).body).to.equal('fine');
  });
});
