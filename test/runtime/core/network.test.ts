/** Addresses as limits count them, and networks as operators write them. */
import { expect } from 'chai';
import { isIn, networkOf, parseAddress, parseNetworks } from '#runtime/core/network.js';

const isAmong = (address: string, networks: string): boolean => {
  const parsed = parseAddress(address);
  if (!parsed) throw new Error(`${address} is no address`);
  return isIn(parsed, parseNetworks(networks));
};

describe('network addresses', () => {
  it('are read in their usual forms alone, and IPv4 written as IPv6 is IPv4', () => {
    expect(parseAddress('10.1.2.3')?.toString()).to.equal('10.1.2.3');
    expect(parseAddress('::ffff:10.1.2.3')?.toString()).to.equal('10.1.2.3');
    expect(parseAddress('2001:DB8::1')?.toString()).to.equal('2001:db8::1');
    for (const other of ['127.1', '0x7f000001', 'localhost', '', '10.1.2.3/8', '10.1.2.3:80', '::g']) {
      expect(parseAddress(other), other).to.equal(undefined);
    }
  });

  it('are in the networks that operators write, whatever the form', () => {
    const networks = '10.0.0.0/8, 192.0.2.7,fd00::/8 ,::1,2001:db8::ab00/120';
    for (const inside of [
      '10.0.0.0',
      '10.255.255.255',
      '192.0.2.7',
      '::ffff:10.1.1.1',
      'fd12::9',
      '::1',
      '2001:db8::abcd',
    ]) {
      expect(isAmong(inside, networks), inside).to.equal(true);
    }
    for (const outside of [
      '11.0.0.0',
      '9.255.255.255',
      '192.0.2.6',
      '192.0.2.8',
      'fc00::1',
      '::2',
      '::',
      '2001:db8::ac00',
    ]) {
      expect(isAmong(outside, networks), outside).to.equal(false);
    }
  });

  it('are in networks of IPv4 that are written as IPv6', () => {
    expect(isAmong('10.9.9.9', '::ffff:10.0.0.0/104')).to.equal(true);
    expect(isAmong('11.9.9.9', '::ffff:10.0.0.0/104')).to.equal(false);
    expect(isAmong('10.9.9.9', '::ffff:0:0/96'), 'all of IPv4').to.equal(true);
    expect(isAmong('10.9.9.9', '::ffff:10.9.9.9'), 'one address').to.equal(true);
    expect(isAmong('10.9.9.9', '::/0'), 'IPv4 is in no network of IPv6').to.equal(false);
    expect(isAmong('10.9.9.9', '::ffff:0:0/95'), 'nor in one that is larger than all of IPv4').to.equal(false);
    expect(isAmong('::1', '0.0.0.0/0'), 'nor the other way').to.equal(false);
  });

  it('are told to an operator when they cannot be read', () => {
    for (const wrong of [
      '',
      ',',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0/8',
      'fd00::/129',
      'here',
      '::1, here',
    ]) {
      expect(() => parseNetworks(wrong), wrong).to.throw('must be comma-separated addresses and networks');
    }
  });

  it('count one by one for IPv4, and by /64 for IPv6, which one client has all of', () => {
    expect(networkOf('10.1.2.3')).to.equal('10.1.2.3');
    expect(networkOf('::ffff:10.1.2.3')).to.equal('10.1.2.3');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).to.equal('2001:db8:1:2::/64');
    expect(networkOf('2001:db8:1:2::')).to.equal('2001:db8:1:2::/64');
    expect(networkOf('2001:db8:1:3::1')).to.equal('2001:db8:1:3::/64');
    for (const other of ['unknown', 'a:b', '']) expect(networkOf(other)).to.equal(other);
  });
});
