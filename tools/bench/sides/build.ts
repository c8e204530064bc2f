/** What cases about the database need of a build: this one, or an older one in a folder of its own. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { worldOn } from '#support/world.js';

export interface Build {
  readonly migrations: URL;
  readonly migrate: typeof migrate;
  readonly connectPostgres: typeof connectPostgres;
  readonly worldOn: typeof worldOn;
  readonly startEmbeddedPostgres: typeof startEmbeddedPostgres;
}

export const thisBuild: Build = {
  migrations: new URL('../../../../functions/migrations/', import.meta.url),
  migrate,
  connectPostgres,
  worldOn,
  startEmbeddedPostgres,
};

/** Of a checkout that was built (`npm run build`). Rejects when a part is not there. */
export async function buildIn(folder: string): Promise<Build> {
  const at = (path: string) => pathToFileURL(join(resolve(folder), path));
  // Up to version 0.1 the runtime was no package, and was built with everything else.
  const runtime = await access(at('runtime/dist')).then(
    () => 'runtime/dist',
    () => 'dist/runtime',
  );
  const driver = await import(at(`${runtime}/drivers/postgres/sql.js`).href);
  const migrations = await import(at(`${runtime}/drivers/postgres/migrate.js`).href);
  const embedded = await import(at(`${runtime}/drivers/postgres/embedded.js`).href);
  const world = await import(at('dist/test/support/world.js').href);
  return {
    migrations: at('functions/migrations/'),
    migrate: migrations.migrate,
    connectPostgres: driver.connectPostgres,
    worldOn: world.worldOn,
    startEmbeddedPostgres: embedded.startEmbeddedPostgres,
  };
}
