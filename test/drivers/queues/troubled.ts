/** A broker at the other end of a network that a test can cut and stall; each test's connections are closed after it. */
import { expect } from 'chai';
import type { Queues } from '#runtime/contract/ports.js';
import { type AmqpOptions, connectAmqp } from '#runtime/drivers/amqp/queues.js';
import type { RawAmqp } from '../../support/amqp.js';
import { eventually } from '../../support/eventually.js';
import { silent } from '../../support/silent.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';

export interface Broker {
  readonly url: string;
  readonly raw: RawAmqp;
  /** A queue name that nobody uses. */
  fresh(): string;
}

export interface Troubled extends Broker {
  readonly proxy: TcpProxy;
  /** The broker behind the proxy. */
  readonly proxied: string;
  /** By way of the proxy, unless other URLs are given. */
  connect(options?: Partial<AmqpOptions>): Queues;
}

/** To be called in the suite whose tests use it. */
export function troubled(given: () => Broker): Troubled {
  let proxy: TcpProxy;
  let proxied: string;
  let open: Queues[];

  beforeEach(async () => {
    open = [];
    const { hostname, port } = new URL(given().url);
    proxy = await tcpProxy({ host: hostname, port: Number(port || 5672) });
    const through = new URL(given().url);
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    proxied = through.href;
  });
  afterEach(async () => {
    proxy.mend();
    await Promise.all(open.map(queues => queues.close()));
    await proxy.close();
  });

  return {
    fresh: () => given().fresh(),
    get url() {
      return given().url;
    },
    get raw() {
      return given().raw;
    },
    get proxy() {
      return proxy;
    },
    get proxied() {
      return proxied;
    },
    connect(options = {}) {
      const queues = connectAmqp({ urls: [proxied], name: 'troubled', log: silent, ...options });
      open.push(queues);
      return queues;
    },
  };
}

export const up = (queues: Queues) => eventually('up', () => queues.state() === 'up');

export const down = (queues: Queues, reason: RegExp) =>
  eventually(`down because of ${reason}`, () => {
    const state = queues.state();
    expect(state === 'up' || 'degraded' in state ? state : state.down).to.match(reason);
    return true;
  });
