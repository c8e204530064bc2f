/** No serious accessibility fault that axe can find in a page as it is. */
import axe from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')))`;

export async function expectNoFaults(page: Page, view: string): Promise<void> {
  // Half a megabyte, which a document that has it need not read again.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  expect(await page.evaluate(RUN), view).to.deep.equal([]);
}
