/** Changes of who may be where, noted by triggers in PostgreSQL (see 0006_access_changes.sql). All times are the database's. */
import type { Sql } from 'function-runtime';
import type { AccessChange, AccessChangeStore } from '../ports/accessChanges.js';

const DUE = `
select id, user_id as "userId", session_id as "sessionId" from access_changes
where changed_at <= clock_timestamp() - make_interval(secs => $1::float8 / 1000)
order by id limit $2`;

const DONE = 'delete from access_changes where id = any($1::bigint[])';

export const accessChangeStore = (sql: Sql): AccessChangeStore => ({
  due: (olderThanMs, limit) => sql.query<AccessChange>('access-changes-due', DUE, [olderThanMs, limit]),
  async done(ids) {
    await sql.query('access-changes-done', DONE, [ids]);
  },
});
