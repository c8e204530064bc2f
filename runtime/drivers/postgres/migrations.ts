/**
 * The SQL files of a directory, by how they may be applied to a database that others work on:
 *
 *     0001_what_it_does.sql          in one transaction, before anybody runs on it
 *     0002_what_it_does.online.sql   statement by statement, while everybody works on: `create index concurrently`. Ended in
 *                                    the midst of it, it begins anew, so each statement can be repeated. Statements end with
 *                                    a semicolon and an empty line.
 *     0003_what_it_does.later.sql    what only the version before needs is taken away: in one transaction, by the first start
 *                                    a day after the file before it, and at once where the database is new
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly when: 'now' | 'online' | 'later';
  readonly text: string;
  readonly checksum: string;
}

const NAME = /^(\d{4})_[a-z0-9_]+(?:\.(online|later))?\.sql$/;

/** In order of their numbers. Rejects with an Error that names the file whose place is not clear. */
export async function readMigrations(directory: URL | string): Promise<Migration[]> {
  const path = typeof directory === 'string' ? directory : fileURLToPath(directory);
  const names = (await readdir(path)).filter(name => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async name => {
      const [, number, when = 'now'] = NAME.exec(name) ?? [];
      const version = Number(number);
      if (!version) throw new Error(`${name}: migrations are named like 0001_what_it_does.sql`);
      const text = (await readFile(`${path}/${name}`, 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { version, name, when: when as Migration['when'], text, checksum };
    }),
  );
  const twice = migrations.find(({ version }, index) => migrations[index - 1]?.version === version);
  if (twice) throw new Error(`${twice.name}: there is another migration of this number`);
  return migrations;
}

export const statementsOf = ({ text }: Migration): readonly string[] =>
  text.split(/;\s*\n\s*\n/).filter(statement => statement.trim() !== '');
