/** A database that is none, for stores: it answers as a test says, and is asked nothing that the test does not expect. */
import type { Sql } from '#runtime/contract/ports.js';

type Answer = (name: string, values: readonly unknown[]) => Promise<unknown[]>;

/** Answers each statement, within a transaction as without; one that is not expected fails. */
export function saying(answer: Answer): Sql {
  const query = (name: string, _text: string, values: readonly unknown[] = []) => answer(name, values);
  const transaction = (work: (tx: unknown) => Promise<unknown>) => work({ query });
  return { query, read: query, transaction } as never;
}

export const silent = saying(async name => {
  throw new Error(`${name} was asked`);
});

/** Answers the statements of these names with these rows, and remembers what it was asked, in order. */
export function answering(rows: Readonly<Record<string, readonly unknown[]>>): {
  readonly sql: Sql;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const sql = saying(async name => {
    asked.push(name);
    const answer = rows[name];
    if (!answer) throw new Error(`${name} was asked`);
    return [...answer];
  });
  return { sql, asked };
}

export const thrownBy = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await work();
  } catch (thrown) {
    return thrown;
  }
};
