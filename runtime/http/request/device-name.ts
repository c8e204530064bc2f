/** How a device describes itself, in a few words for people: `Firefox on Linux`. */
import type { IncomingHttpHeaders } from 'node:http';

/** As much of a header as is looked at. */
const MOST = 512;

/** Of programs that are no browsers, their first word. Undefined for those that do not say what they are. */
export async function deviceNameOf({ 'user-agent': userAgent }: IncomingHttpHeaders): Promise<string | undefined> {
  if (!userAgent) return undefined;
  const text = userAgent.slice(0, MOST);
  const { default: bowser } = await import('bowser');
  const { browser, os } = bowser.parse(text);
  if (browser.name) return os.name ? `${browser.name} on ${os.name}` : browser.name;
  return /^[A-Za-z][\w.-]{0,39}/.exec(text)?.[0];
}
