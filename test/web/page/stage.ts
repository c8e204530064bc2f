/** What the stories of the page share: the system, a browser, and people who are sent home after each story. */
import { expect } from 'chai';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openBrowser } from '../../support/chromium.js';
import { type Deployment, embedded } from '../../support/deployment.js';
import { showOnFailure } from '../../support/report.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { goHome } from '../support/friends.js';
import { type Visitor, visit } from '../support/visitor.js';

export interface Stage {
  readonly url: string;
  /** Somebody new at the page, in a browser of their own. */
  visitor(name: string, options?: BrowserContextOptions & { readonly url?: string }): Promise<Visitor>;
  /** A line to the system that can break. */
  line(): Promise<TcpProxy & { readonly url: string }>;
}

/** To be called within `describe`. After each story, nobody's browser may have had to complain. */
export function stage(): Stage {
  let deployment: Deployment | undefined;
  let browser: Browser | undefined;
  const visitors: Visitor[] = [];
  const lines: TcpProxy[] = [];

  before(async function () {
    browser = await openBrowser();
    if (!browser) return this.skip();
    deployment = await embedded();
  });
  showOnFailure(() => deployment);
  afterEach(async () => {
    goHome();
    const faults = visitors.flatMap(({ name, faults: found }) => found.map(fault => `${name}: ${fault}`));
    for (const { page } of visitors.splice(0)) await page.context().close();
    for (const line of lines.splice(0)) await line.close();
    expect(faults).to.deep.equal([]);
  });
  after(async () => {
    await browser?.close();
    await deployment?.stop();
  });

  return {
    get url() {
      return deployment?.gateways[0] ?? '';
    },
    async visitor(name, { url = deployment?.gateways[0] ?? '', ...options } = {}) {
      if (!browser) throw new Error('no browser');
      const visitor = await visit(browser, url, name, options);
      visitors.push(visitor);
      return visitor;
    },
    async line() {
      const line = await tcpProxy({ host: '127.0.0.1', port: Number(new URL(this.url).port) });
      lines.push(line);
      return { ...line, url: `http://127.0.0.1:${line.port}` };
    },
  };
}
