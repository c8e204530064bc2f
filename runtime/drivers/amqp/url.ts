/** What is wrong with AMQP_URL, found before anything connects and told without its password. */

const FORM =
  'must be like amqp://user:password@host:5672/vhost, with special characters percent-encoded; several are separated by commas';
/** Whom the broker takes those for who do not say who they are. */
const GUEST = 'guest';

/**
 * The nodes of one cluster, from a comma-separated list, each with `password` where it names none.
 * Throws an Error whose message holds no part of a URL.
 */
export function parseAmqpUrls(list: string, password: string): readonly string[] {
  return list.split(',').map(each => {
    const text = each.trim();
    if (!/^amqps?:\/\//i.test(text)) throw new Error('must begin with amqp:// or amqps://');
    if (!URL.canParse(text)) throw new Error(FORM);
    const url = new URL(text);
    if (url.hostname === '' || !decodes(url.username) || !decodes(url.password)) throw new Error(FORM);
    if (password === '' || url.password !== '') return text;
    url.username ||= GUEST;
    url.password = encodeURIComponent(password);
    return url.href;
  });
}

/** The address of the broker's management API, or `off`. Throws an Error whose message holds no part of it. */
export function parseManagementUrl(text: string): string {
  if (text.toLowerCase() === 'off') return 'off';
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Error('must be like http://host:15672, or off');
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
