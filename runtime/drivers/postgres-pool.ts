/** Pools of connections by pg-promise, whose loss never ends the process: not even while they are being closed. */
import pgPromise from 'pg-promise';

/** `noWarnings`: two pools to one database are meant, and the library would write about them to the console. */
const pgp = pgPromise({ noWarnings: true });

const INT8 = 20;
/** bigint as number: what is counted here stays below 2^53. */
export const types = {
  ...pgp.pg.types,
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pgp.pg.types.getTypeParser(oid, format as 'text'),
};

export type Pool = ReturnType<typeof pgp>;

export function openPool(cn: Exclude<Parameters<typeof pgp>[0], string>): Pool {
  const db = pgp(cn);
  // The library stops listening when `end` is called, but the connections still take their time, and a server that
  // stops meanwhile tells them so; without a listener that error would be nobody's. Callers learn of it elsewhere.
  db.$pool.on('error', () => {});
  return db;
}
