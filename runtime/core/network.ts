/** Network addresses as limits count them, and networks as operators write them. IPv6 forms of IPv4 addresses are IPv4. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address and the number of its leading bits that count. */
export type Network = readonly [address: Address, bits: number];

const MAPPED_BITS = 96;
/** What one IPv6 client is given as a rule: who has one address of it has them all. */
const IPV6_CLIENT_BITS = 64;

/** Undefined for what is no address in its usual form: `127.1` and `0x7f000001` are none. */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 ? undefined : ipaddr.process(text);
}

/** Comma-separated addresses and networks, `10.0.0.0/8, ::1`. Throws with what is wrong, for an operator. */
export function parseNetworks(text: string): readonly Network[] {
  return text.split(',').map(part => {
    const network = parseNetwork(part.trim());
    if (network) return network;
    throw new Error('must be comma-separated addresses and networks, such as 10.0.0.0/8, 192.0.2.7, fd00::/8');
  });
}

function parseNetwork(text: string): Network | undefined {
  const [address = '', ...more] = text.split('/');
  if (isIP(address) === 0) return undefined;
  if (more.length === 0) return whole(ipaddr.process(address));
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [base, bits] = ipaddr.parseCIDR(text);
  const isMapped = base.kind() === 'ipv6' && (base as ipaddr.IPv6).isIPv4MappedAddress() && bits >= MAPPED_BITS;
  return isMapped ? [(base as ipaddr.IPv6).toIPv4Address(), bits - MAPPED_BITS] : [base, bits];
}

const whole = (address: Address): Network => [address, address.toByteArray().length * 8];

export const isIn = (address: Address, networks: readonly Network[]): boolean =>
  networks.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));

/** What limits by address count: an IPv4 address, or the /64 of an IPv6 address. Anything else counts as it is. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const parsed = parseAddress(address);
  if (!parsed) return address;
  const bytes = parsed.toByteArray();
  if (bytes.length * 8 <= IPV6_CLIENT_BITS) return parsed.toString();
  return `${ipaddr.fromByteArray(bytes.fill(0, IPV6_CLIENT_BITS / 8))}/${IPV6_CLIENT_BITS}`;
}
