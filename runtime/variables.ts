/** Variables of the environment, as a table: which there are, what each means unset, and how its text is read. */

/** Reads one variable's text, or throws with what is wrong with it. */
export type Read<Value> = (text: string, password: string) => Value;

export const wholeNumber =
  (from: number, to: number): Read<number> =>
  text => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new Error(`must be a whole number from ${from} to ${to}`);
  };

export const oneOf =
  <Value extends string>(values: readonly Value[]): Read<Value> =>
  text => {
    const value = values.find(each => each === text.toLowerCase());
    if (value !== undefined) return value;
    throw new Error(`must be one of ${values.join(', ')}`);
  };

export const onOff: Read<boolean> = text => oneOf(['on', 'off'])(text, '') === 'on';

/** RFC 6750, 2.1: anything else could not be sent as a bearer token. */
export const token: Read<string> = text => {
  if (/^[\w.~+/-]+=*$/.test(text)) return text;
  throw new Error('must be letters, digits and -._~+/, with = at the end only');
};

export const optional =
  <Value>(read: Read<Value>): Read<Value | undefined> =>
  (text, password) =>
    text === '' ? undefined : read(text, password);

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

export type Variables = Readonly<Record<string, Variable<unknown>>>;

export type ValuesOf<Of extends Variables> = {
  readonly [Name in keyof Of]: Of[Name] extends Variable<infer Value> ? Value : never;
};
