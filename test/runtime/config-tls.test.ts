/** What is configured of TLS. */
import { expect } from 'chai';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { readConfig } from '../support/config.js';
import { configured, faultOf } from './configured.js';

describe('the configuration', () => {
  const the = configured();

  describe('of TLS', () => {
    let made: Certificates;
    let secured: NodeJS.ProcessEnv;
    before(async () => {
      made = await makeCertificates();
      secured = {
        ...the.whole,
        DSN: 'postgres://db/chat',
        REDIS_ADDR: 'rediss://redis',
        AMQP_URL: 'amqps://one,amqps://two',
      };
    });
    after(() => made.remove());
    const over = (name: string) => ({
      [`${name}_CA`]: made.ca,
      [`${name}_CERT`]: made.client.cert,
      [`${name}_KEY`]: made.client.key,
    });

    it('goes into the addresses', () => {
      const config = readConfig('gateway', { ...secured, ...over('DSN'), ...over('REDIS'), ...over('AMQP') });
      const named = (text: string | undefined) => [...new URL(text ?? '').searchParams].flat().join(' ');
      const { ca, client } = made;
      expect(named(config.dsn)).to.equal(
        `sslrootcert ${ca} sslcert ${client.cert} sslkey ${client.key} sslmode verify-full`,
      );
      expect(named(config.redisAddr)).to.equal(
        `ssl_ca_certs ${ca} ssl_certfile ${client.cert} ssl_keyfile ${client.key}`,
      );
      for (const url of config.amqpUrls ?? []) {
        expect(named(url)).to.equal(`cacertfile ${ca} certfile ${client.cert} keyfile ${client.key}`);
      }
      expect(config.amqpUrls).to.have.length(2);
    });

    for (const name of ['DSN', 'REDIS', 'AMQP']) {
      it(`names the variable of ${name} that is wrong`, () => {
        const all = { ...secured, ...over(name) };
        const [ca, cert, key] = [`${name}_CA`, `${name}_CERT`, `${name}_KEY`];
        expect(faultOf('gateway', { ...all, [ca]: '/nowhere/ca.pem' })).to.equal(`${ca}: cannot be read (ENOENT)`);
        expect(faultOf('gateway', { ...all, [ca]: made.client.key })).to.equal(`${ca}: holds no certificate in PEM`);
        expect(faultOf('gateway', { ...all, [cert]: made.folder })).to.equal(`${cert}: cannot be read (EISDIR)`);
        expect(faultOf('gateway', { ...all, [key]: made.ca })).to.match(new RegExp(`^${key}: holds no private key`));
        expect(faultOf('gateway', { ...all, [key]: undefined })).to.equal(`${key}: is needed beside ${cert}`);
        expect(faultOf('gateway', { ...all, [cert]: undefined })).to.equal(`${cert}: is needed beside ${key}`);
        expect(faultOf('gateway', { ...all, [key]: made.server.key })).to.equal(
          `${key}: is not the key of that certificate`,
        );
      });
    }

    it('is of no use without TLS', () => {
      const plain = {
        ...secured,
        DSN: 'postgres://db/chat?sslmode=disable',
        REDIS_ADDR: 'redis:6379',
        AMQP_URL: 'amqp://one',
      };
      expect(faultOf('gateway', { ...plain, DSN_CA: made.ca })).to.match(/^DSN_CA: .*sslmode=disable/);
      expect(faultOf('gateway', { ...plain, REDIS_CA: made.ca })).to.match(/^REDIS_CA: .*rediss/);
      expect(faultOf('gateway', { ...plain, AMQP_CA: made.ca })).to.match(/^AMQP_CA: .*amqps/);
    });

    it('may stand in the addresses themselves, and is found missing there', () => {
      const env = (name: string, value: string) => ({ ...secured, [name]: value });
      for (const [name, value, why] of [
        [
          'DSN',
          'postgres://db/chat?sslmode=verify-full&sslrootcert=/nowhere',
          /^DSN: the file of its sslrootcert cannot/,
        ],
        ['DSN', 'postgres://db/chat?sslmode=prefer', /^DSN: has an sslmode that is none of/],
        ['DSN', 'postgres://db/chat?sslmode=verify-ca', /^DSN_CA: is needed with sslmode=verify-ca/],
        ['REDIS_ADDR', 'rediss://redis?ssl_ca_certs=/nowhere', /^REDIS_ADDR: the file of its ssl_ca_certs cannot/],
        ['REDIS_ADDR', 'redis://redis?ssl_ca_certs=/nowhere', /^REDIS_ADDR: .*only an address over TLS/],
        ['AMQP_URL', 'amqps://one?cacertfile=/nowhere', /^AMQP_URL: the file of its cacertfile cannot/],
      ] as const) {
        expect(faultOf('gateway', env(name, value))).to.match(why);
      }
    });
  });
});
