/** Approaches in PostgreSQL: a sliding window of times in one row a user, under whose lock they are counted. */
import type { Sql } from 'function-runtime';
import { LIMITS } from '../domain/names.js';
import type { ApproachStore } from '../ports/approaches.js';

const MOST = LIMITS.approachesAnHour;
const HOUR_MS = 3_600_000;

// A row that has its most is left alone unless its oldest time is an hour old, which the new one then replaces. Rows are
// locked in order of their ids. A refusal reads the row as it was when the statement began: only to say until when.
const TAKE = `
with taken as (
  insert into approaches (user_id, times)
  select id, array[$2::timestamptz] from unnest($1::uuid[]) as t (id) order by id
  on conflict (user_id) do update
  set times = (approaches.times || $2::timestamptz)[greatest(1, cardinality(approaches.times) - ${MOST - 2}):]
  where cardinality(approaches.times) < ${MOST} or approaches.times[1] <= $2::timestamptz - interval '1 hour'
  returning user_id
)
select t.id as "userId", (select times[1] from approaches a where a.user_id = t.id) as oldest
from unnest($1::uuid[]) as t (id)
where not exists (select from taken where user_id = t.id)`;

class Refused {
  constructor(readonly rows: readonly { userId: string; oldest: Date | null }[]) {}
}

export function approachStore(sql: Sql): ApproachStore {
  return {
    async take(userIds, at) {
      if (userIds.length === 0) return [];
      try {
        await sql.transaction(async tx => {
          const rows = await tx.query<{ userId: string; oldest: Date | null }>('approaches-take', TAKE, [userIds, at]);
          if (rows.length > 0) throw new Refused(rows);
        });
        return [];
      } catch (thrown) {
        if (!(thrown instanceof Refused)) throw thrown;
        return thrown.rows.map(({ userId, oldest }) => ({
          userId,
          until: new Date((oldest ? oldest.getTime() : Date.parse(at)) + HOUR_MS).toISOString(),
        }));
      }
    },
  };
}

/** For load tests, which put the same people into many chats. */
export const unlimitedApproaches = (): ApproachStore => ({ take: async () => [] });
