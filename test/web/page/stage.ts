/** What the stories of the page share: the system, a browser, and people who are sent home after each story. */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../support/chromium.js';
import { type Deployment, embedded } from '../../support/deployment.js';
import { showOnFailure } from '../../support/report.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { goHome } from '../support/friends.js';
import { elsewhere, type Tabs, tabsOf } from '../support/tabs.js';
import { type Visit, type Visitor, visit } from '../support/visitor.js';

export interface Stage {
  readonly url: string;
  /** Where a tab was before the page. */
  readonly elsewhere: string;
  /** Somebody new at the page, in a browser of their own. */
  visitor(name: string, options?: Partial<Visit>): Promise<Visitor>;
  /** The same, signed in. */
  member(name: string, options?: Partial<Visit>): Promise<Visitor>;
  /** A line to the system that can break. */
  line(): Promise<TcpProxy & { readonly url: string }>;
}

/** To be called within `describe`. After each story, nobody's browser may have had to complain. */
export function stage(): Stage {
  let deployment: Deployment | undefined;
  let browser: Browser | undefined;
  let tabs: Tabs | undefined;
  const visitors: Visitor[] = [];
  const lines: TcpProxy[] = [];

  before(async function () {
    browser = await openBrowser();
    if (!browser) return this.skip();
    deployment = await embedded();
    tabs = tabsOf(browser, url());
  });
  showOnFailure(() => deployment);
  afterEach(async function () {
    goHome();
    const faults = visitors.flatMap(({ name, faults: found }) => found.map(fault => `${name}: ${fault}`));
    const handOn = this.currentTest?.state === 'passed' && faults.length === 0;
    for (const { page } of visitors.splice(0)) await (handOn ? tabs?.giveBack(page) : page.context().close());
    for (const line of lines.splice(0)) await line.close();
    expect(faults).to.deep.equal([]);
  });
  after(async () => {
    await browser?.close();
    await deployment?.stop();
  });

  const url = () => deployment?.gateways[0] ?? '';
  async function visitor(name: string, options: Partial<Visit> = {}): Promise<Visitor> {
    if (!tabs) throw new Error('no browser');
    const made = await visit(tabs, { url: url(), name, ...options });
    visitors.push(made);
    return made;
  }

  return {
    get url() {
      return url();
    },
    get elsewhere() {
      return elsewhere(url());
    },
    visitor,
    member: (name, options) => visitor(name, { as: 'new', ...options }),
    async line() {
      const line = await tcpProxy({ host: '127.0.0.1', port: Number(new URL(this.url).port) });
      lines.push(line);
      return { ...line, url: `http://127.0.0.1:${line.port}` };
    },
  };
}
