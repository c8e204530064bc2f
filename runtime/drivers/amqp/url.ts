/** What is wrong with AMQP_URL, found before anything connects and told without its password. */

/** The nodes of one cluster, from a comma-separated list. Throws an Error whose message holds no part of a URL. */
export function parseAmqpUrls(list: string): readonly string[] {
  const urls = list.split(',').map(each => each.trim());
  for (const url of urls) {
    if (!/^amqps?:\/\//i.test(url)) throw new Error('must begin with amqp:// or amqps://');
    if (!URL.canParse(url) || new URL(url).hostname === '') {
      throw new Error(
        'must be like amqp://user:password@host:5672/vhost, with special characters percent-encoded; several are separated by commas',
      );
    }
  }
  return urls;
}
