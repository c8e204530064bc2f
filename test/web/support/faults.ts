/** What goes wrong in a browser: errors, and what the content security policy had to stop. */
import type { Page } from 'playwright-core';

/** To be run in every page before its own scripts. */
export const WATCH = `
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
    console.error('CSP: ' + [violatedDirective, blockedURI, sourceFile].join(' ')));
`;

/** What the browser itself says about requests that were refused or could not be made is no fault of the page. */
const EXPECTED = /Failed to load resource|WebSocket connection to/;

/** From now on, into `faults`. */
export function note(page: Page, faults: string[]): void {
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', line => {
    if (line.type() === 'error' && !EXPECTED.test(line.text())) faults.push(line.text());
  });
}
