import { SpanKind } from '@opentelemetry/api';
import type { Database, PlainReader, Reader, Writer } from '../../store/database';
import type { Spans } from './spans';

/**
 * The same database, with a span for each statement of what is being traced. It is called by what it does to which table: the
 * text is long, and the values are people's.
 */
export function traceStatements(database: Database, spans: Spans): Database {
  const around = <T>(sql: string, send: () => Promise<T>): Promise<T> => {
    if (!spans.isRecording()) return send();
    const { verb, table } = nameOf(sql);
    const attributes = {
      'db.system.name': database.engine,
      'db.operation.name': verb,
      ...(table !== null && { 'db.collection.name': table }),
    };
    return spans.around(table === null ? verb : `${verb} ${table}`, { kind: SpanKind.CLIENT, attributes }, send);
  };
  const rowsOf =
    (reader: Reader): Reader['rows'] =>
    (sql, values) =>
      around(sql, () => reader.rows(sql, values));
  const traced = (writer: Writer): Writer => ({
    rows: rowsOf(writer),
    lock: (sql, values) => around(sql, () => writer.lock(sql, values)),
    run: (sql, values) => around(sql, () => writer.run(sql, values)),
    insert: (rows) => around(`INSERT INTO ${rows.table}`, () => writer.insert(rows)),
  });

  const tracedReader = (reader: PlainReader): PlainReader => ({
    rows: rowsOf(reader),
    prepared: (sql, values) => around(sql, () => reader.prepared(sql, values)),
  });

  return {
    ...database,
    reader: tracedReader(database.reader),
    readerFor: (askedBy) => tracedReader(database.readerFor(askedBy)),
    transaction: (work, line) => database.transaction((writer) => work(traced(writer)), line),
  };
}

/** `SELECT members`: the first word, and the first table. */
function nameOf(sql: string): { verb: string; table: string | null } {
  const [verb = ''] = /\w+/.exec(sql) ?? [];
  const [, table = null] = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(\w+)/i.exec(sql) ?? [];
  return { verb: verb.toUpperCase(), table };
}
