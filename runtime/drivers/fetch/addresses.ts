/** Which addresses may be asked for what users name: those of the public internet, and those that an operator allows. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Failure } from '../../contract/failure.js';
import { isIn, type Network, parseAddress } from '../../core/network.js';

/** All addresses of a host's name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export interface AddressRules {
  /** Networks that may be asked although they are not public, and then on any port. Default: none. */
  readonly allow?: readonly Network[];
  /** Default: as the system resolves names. */
  readonly resolve?: Resolve;
}

const SYSTEM: Resolve = host => lookup(host, { all: true });

const PUBLIC_PORTS = ['', '80', '443'];

/** All of IPv6 that is given out; outside are forms of IPv4 addresses, which lead to whatever these are. */
const [GIVEN_OUT, GIVEN_OUT_BITS] = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public internet: no loopback, private, link-local (a cloud's metadata among them), shared,
 * multicast, reserved or documentation address, and no IPv6 form of an IPv4 address.
 */
export function isPublic(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GIVEN_OUT, GIVEN_OUT_BITS);
}

/**
 * The addresses of the URL's host, every one of which may be asked. Rejects with Failure `invalid` where one may not, and with
 * `unavailable` where the name is not known now. A connection has to be made to one of these: the name may soon mean another.
 */
export async function addressesOf(url: URL, { allow = [], resolve = SYSTEM }: AddressRules): Promise<LookupAddress[]> {
  const { hostname, port } = url;
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const family = isIP(host);
  const found = family === 0 ? await resolved(host, resolve) : [{ address: host, family }];
  const allowed = found.every(({ address }) => isAllowed(address, allow));
  if (!allowed && !found.every(({ address }) => isAllowed(address, allow) || isPublic(address)))
    throw new Failure('invalid', `${hostname} has no public address`);
  if (!allowed && !PUBLIC_PORTS.includes(port)) throw new Failure('invalid', `port ${port} is not asked`);
  return found;
}

async function resolved(host: string, resolve: Resolve): Promise<LookupAddress[]> {
  let found: readonly LookupAddress[] = [];
  let cause: unknown;
  try {
    found = await resolve(host);
  } catch (thrown) {
    cause = thrown;
  }
  if (found.length === 0) throw new Failure('unavailable', `${host} is not known`, { cause });
  return [...found];
}

function isAllowed(text: string, allow: readonly Network[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && isIn(address, allow);
}
