/** Variables of the environment, as a table: which there are, what each means unset, and how its text is read. */
import { parseNetworks } from './core/network.js';

/**
 * Reads one variable's text, or throws with what is wrong with it.
 *
 * @example
 * const upper: Read<string> = text => text.toUpperCase();
 */
export type Read<Value> = (text: string, password: string) => Value;

/**
 * Reads a whole number within the two, both included.
 *
 * @example
 * const retries = { env: 'RETRIES', default: '3', format: wholeNumber(0, 10) };
 */
export const wholeNumber =
  (from: number, to: number): Read<number> =>
  text => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new Error(`must be a whole number from ${from} to ${to}`);
  };

/**
 * Reads one of these words, in whatever case it is written.
 *
 * @example
 * const region = { env: 'REGION', default: 'eu', format: oneOf(['eu', 'us']) };
 */
export const oneOf =
  <Value extends string>(values: readonly Value[]): Read<Value> =>
  text => {
    const value = values.find(each => each === text.toLowerCase());
    if (value !== undefined) return value;
    throw new Error(`must be one of ${values.join(', ')}`);
  };

/**
 * Reads `on` or `off`.
 *
 * @example
 * const gifts = { env: 'GIFTS', default: 'off', format: onOff };
 */
export const onOff: Read<boolean> = text => oneOf(['on', 'off'])(text, '') === 'on';

/**
 * Reads comma-separated addresses and networks, and leaves them as they are written.
 *
 * @example
 * const inside = { env: 'INSIDE', default: '10.0.0.0/8,fd00::/8', format: networks };
 */
export const networks: Read<string> = text => {
  parseNetworks(text);
  return text;
};

/** RFC 6750, 2.1: anything else could not be sent as a bearer token. */
export const token: Read<string> = text => {
  if (/^[\w.~+/-]+=*$/.test(text)) return text;
  throw new Error('must be letters, digits and -._~+/, with = at the end only');
};

/**
 * Reads what is set, and makes undefined of what is not.
 *
 * @example
 * const motto = { env: 'MOTTO', default: '', format: optional(String) }; // undefined where it is unset
 */
export const optional =
  <Value>(read: Read<Value>): Read<Value | undefined> =>
  (text, password) =>
    text === '' ? undefined : read(text, password);

/**
 * A variable of the environment. A value of blanks counts as unset.
 *
 * @example
 * const retries: Variable<number> = { env: 'RETRIES', default: '3', format: wholeNumber(0, 10) };
 */
export interface Variable<Value> {
  readonly env: string;
  /** Holds the password where the address names none, for those who keep secrets apart. */
  readonly passwordEnv?: string;
  /** What an unset variable counts as. */
  readonly default: string;
  readonly format: Read<Value>;
  /** A value that cannot be read is told of and counts as unset, as OpenTelemetry wants it of its variables. */
  readonly lenient?: boolean;
}

/**
 * A product's own variables, by the names that their values have in `config.settings`.
 *
 * @example
 * const settings = { region: { env: 'REGION', default: 'eu', format: oneOf(['eu', 'us']) } } satisfies Variables;
 */
export type Variables = Readonly<Record<string, Variable<unknown>>>;

/**
 * What is read of such variables.
 *
 * @example
 * const settings = { retries: { env: 'RETRIES', default: '3', format: wholeNumber(0, 10) } };
 * const values: ValuesOf<typeof settings> = { retries: 3 };
 */
export type ValuesOf<Of extends Variables> = {
  readonly [Name in keyof Of]: Of[Name] extends Variable<infer Value> ? Value : never;
};
