/** A span for each statement that is carried out for work which is in a trace, called by its name; its values are in none. */
import { Failure } from '../../contract/failure.js';
import type { Sql } from '../../contract/ports.js';
import type { OtelTracer } from './tracer.js';

export function tracedSql<Kind extends Sql>(sql: Kind, tracer: Pick<OtelTracer, 'start' | 'current'>): Kind {
  const traced =
    (query: Sql['query']): Sql['query'] =>
    async <Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]> => {
      const parent = tracer.current();
      if (!parent?.recording) return query<Row>(name, text, values);
      const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
      const span = tracer.start(name, { kind: 'client', parent: parent.traceparent, attributes });
      try {
        const rows = await query<Row>(name, text, values);
        span.end(undefined, { 'db.response.returned_rows': rows.length });
        return rows;
      } catch (thrown) {
        span.end(Failure.from(thrown));
        throw thrown;
      }
    };
  return {
    ...sql,
    query: traced(sql.query),
    read: traced(sql.read),
    transaction: work => sql.transaction(one => work({ query: traced(one.query) })),
  };
}
