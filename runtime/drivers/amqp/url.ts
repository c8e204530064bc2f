/** What is wrong with AMQP_URL, found before anything connects and told without its password. */
import { certificates, privateKey, type TlsFiles } from '../tls.js';

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
    checkFiles(url);
    if (password === '' || url.password !== '') return text;
    url.username ||= GUEST;
    url.password = encodeURIComponent(password);
    return url.href;
  });
}

/** As RabbitMQ's URIs have them: https://www.rabbitmq.com/docs/uri-query-parameters */
const FILES = { cacertfile: 'ca', certfile: 'cert', keyfile: 'key' } as const;

/** The URLs with these files. Throws where one is not over TLS. */
export function amqpUrlsWithTls(urls: readonly string[], files: TlsFiles): readonly string[] {
  if (Object.keys(files).length === 0) return urls;
  return urls.map(each => {
    const url = new URL(each);
    if (url.protocol !== 'amqps:') throw new Error('AMQP_URL is not over TLS, as amqps:// is');
    for (const [name, is] of Object.entries(FILES)) if (files[is]) url.searchParams.set(name, files[is]);
    return url.href;
  });
}

/** The files that a URL names. */
export function tlsFilesOf(url: string): TlsFiles {
  const { searchParams } = new URL(url);
  const named = Object.entries(FILES).map(([name, is]) => [is, searchParams.get(name) ?? undefined] as const);
  return Object.fromEntries(named.filter(([, path]) => path !== undefined));
}

/** The address of the broker's management API, or `off`. Throws an Error whose message holds no part of it. */
export function parseManagementUrl(text: string): string {
  if (text.toLowerCase() === 'off') return 'off';
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Error('must be like http://host:15672, or off');
}

function checkFiles({ searchParams }: URL): void {
  for (const name of Object.keys(FILES)) {
    const path = searchParams.get(name);
    try {
      if (path !== null) (name === 'keyfile' ? privateKey : certificates)(path);
    } catch (err) {
      throw new Error(`the file of its ${name} ${(err as Error).message}`);
    }
  }
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
