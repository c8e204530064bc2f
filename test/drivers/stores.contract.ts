/** The stores' contract, on any server. */
import type { Part, Sql } from '#runtime/contract/ports.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { LOADING } from '../support/loading.js';
import { memoryLog } from '../support/log.js';
import { freshDatabase } from '../support/postgres.js';
import { type World, worldOn } from '../support/world.js';
import { accessChangesContract } from './access-changes.contract.js';
import { approachesContract } from './approaches.contract.js';
import { changesContract } from './changes.contract.js';
import { changesSyncContract } from './changes-sync.contract.js';
import { chatsContract } from './chats.contract.js';
import { forwardsContract } from './forwards.contract.js';
import { growthContract } from './growth.contract.js';
import { hidingContract } from './hiding.contract.js';
import { insidersContract } from './insiders.contract.js';
import { inspectionsContract } from './inspections.contract.js';
import { mediaPlansContract } from './media-plans.contract.js';
import { mediaReadsContract } from './media-reads.contract.js';
import { mediaSweepContract } from './media-sweep.contract.js';
import { membersContract } from './members.contract.js';
import { mentionsContract } from './mentions.contract.js';
import { messagesContract } from './messages.contract.js';
import { messagesSyncContract } from './messages-sync.contract.js';
import { namedMediaContract } from './named-media.contract.js';
import { namesContract } from './names.contract.js';
import { oneChatContract } from './one-chat.contract.js';
import { ownStateContract } from './own-state.contract.js';
import { plansContract } from './plans.contract.js';
import { sessionsContract } from './sessions.contract.js';
import { unreadContract } from './unread.contract.js';
import { uploadsContract } from './uploads.contract.js';
import { usersContract } from './users.contract.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);

/** What is done to a database when its tables are there. */
export type Prepare = (dsn: string) => Promise<void>;

/** With other tables than migrations make, what is stored in those, and how it is found. */
export function storesContract(serverDsn: () => Promise<string | undefined>, prepare?: Prepare): void {
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined;
  let pools: (Sql & Part)[] = [];
  let world: World;
  let server: string | undefined;

  before(async function () {
    server = await serverDsn();
    if (!server) return this.skip();
    database = await freshDatabase(server);
    const { dsn } = database;
    const log = memoryLog();
    await migrate(dsn, MIGRATIONS, log);
    await prepare?.(dsn);
    pools = [1, 2].map(n => connectPostgres({ dsn, name: `stores-${n}`, log, patience: LOADING }));
  });

  // Each test has stores of its own: what one of them remembers is no other test's.
  beforeEach(() => {
    world = worldOn(pools[0] as Sql);
  });

  after(async () => {
    await Promise.all(pools.map(pool => pool.close()));
    await database?.drop();
  });

  if (!prepare) {
    usersContract(() => world);
    sessionsContract(() => world);
    approachesContract(() => world);
    accessChangesContract(() => world);
    namesContract(() => server);
    growthContract(() => server);
    inspectionsContract(() => world);
    mediaSweepContract(
      () => world,
      () => pools[1] as Sql,
    );
    uploadsContract(
      () => world,
      () => pools[1] as Sql,
    );
  }
  chatsContract(() => world);
  membersContract(() => world);
  messagesContract(
    () => world,
    () => pools[1] as Sql,
  );
  messagesSyncContract(() => world);
  ownStateContract(
    () => world,
    () => pools[1] as Sql,
  );
  hidingContract(
    () => world,
    () => pools[1] as Sql,
  );
  changesContract(
    () => world,
    () => pools[1] as Sql,
  );
  changesSyncContract(() => world);
  insidersContract(() => world);
  mentionsContract(() => world);
  unreadContract(() => world);
  forwardsContract(
    () => world,
    () => pools[1] as Sql,
  );
  namedMediaContract(
    () => world,
    () => pools[1] as Sql,
  );
  mediaReadsContract(() => world);
  oneChatContract(() => world);
  plansContract(() => world);
  mediaPlansContract(() => world);
}
