/**
 * The variables for TLS to one server, beside that of its address: NAME_CA, NAME_CERT and NAME_KEY. What they name goes
 * into the address, as parameters of its query, so that an address alone says all that a connection takes.
 */
import { ConfigError } from './config-error.js';
import { certificates, keyFits, privateKey, type TlsFiles } from './drivers/tls.js';
import { optional, type Variables } from './variables.js';

export const tlsVariables = (name: string) =>
  ({
    ca: { env: `${name}_CA`, default: '', format: optional(certificates) },
    cert: { env: `${name}_CERT`, default: '', format: optional(certificates) },
    key: { env: `${name}_KEY`, default: '', format: optional(privateKey) },
  }) satisfies Variables;

/** The address with these files, or none. `into` throws where it does not fit them. */
export function withTls<Address>(
  name: string,
  address: Address | undefined,
  { ca, cert, key }: { readonly [File in keyof TlsFiles]-?: string | undefined },
  into: (address: Address, files: TlsFiles) => Address,
): Address | undefined {
  if (address === undefined) return address;
  if (cert === undefined && key !== undefined) throw new ConfigError(`${name}_CERT: is needed beside ${name}_KEY`);
  if (cert !== undefined && key === undefined) throw new ConfigError(`${name}_KEY: is needed beside ${name}_CERT`);
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  try {
    if (key !== undefined) keyFits(files);
  } catch (err) {
    throw new ConfigError(`${name}_KEY: ${(err as Error).message}`);
  }
  try {
    return into(address, files);
  } catch (err) {
    throw new ConfigError(
      `${name}_${ca === undefined && cert !== undefined ? 'CERT' : 'CA'}: ${(err as Error).message}`,
    );
  }
}
