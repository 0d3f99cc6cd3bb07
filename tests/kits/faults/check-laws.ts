import type { Database } from '../../../src/store/database';
import { logEndOf, type LogRow } from '../../../src/store/log/log-entries';
import { openDatabase } from '../../../src/store/open-database';
import { logOf, tablesOf } from '../organizations/log';
import type { Findings } from './findings';
import type { Follower } from './follower';
import type { HeardCalls } from './heard-calls';
import { brokenByCalls, brokenByLog, brokenByRequests, brokenByTables } from './laws';

/** How long a subscriber may take to catch up once everything is well again, in milliseconds. */
const CATCHING_UP = 30_000;

export interface Held {
  readonly databaseUrl: string;
  readonly organizationIds: readonly string[];
  readonly heard: HeardCalls;
  readonly followers: readonly Follower[];
  readonly findings: Findings;
}

/** Holds what the database has in the end, and what subscribers were told, to the laws. Returns the logs. */
export async function checkLaws({
  databaseUrl,
  organizationIds,
  heard,
  followers,
  findings,
}: Held): Promise<Map<string, LogRow[]>> {
  const database = await openDatabase({ url: databaseUrl });
  const logs = new Map<string, LogRow[]>();
  for (const id of organizationIds) logs.set(id, await checkOrganization(database, id, heard, findings));
  await database.close();
  for (const law of brokenByRequests([...logs.values()], heard.requestIds)) findings.breaks(law);

  for (const follower of followers) {
    const log = logs.get(follower.organizationId) ?? [];
    const version = Math.max(...log.map((entry) => entry.version ?? 0));
    const isThere = await follower.reaches(version, CATCHING_UP);
    if (!isThere || follower.seen.last !== version)
      findings.breaks(`${follower.name} was told of versions up to ${follower.seen.last}, and there are ${version}.`);
  }
  return logs;
}

async function checkOrganization(
  database: Database,
  organizationId: string,
  heard: HeardCalls,
  findings: Findings,
): Promise<LogRow[]> {
  const log = await logOf({ database }, organizationId);
  const tables = await tablesOf({ database }, organizationId);
  const head = (await logEndOf(database.reader, organizationId))?.hash ?? '';
  const broken = [
    ...brokenByLog(log, head),
    ...brokenByTables(log, tables),
    ...brokenByCalls(log, heard.about(organizationId), heard.requestIds),
  ];
  for (const law of broken) findings.breaks(`${organizationId}: ${law}.`);
  findings.count('done', 'log entries', log.length);
  return log;
}
