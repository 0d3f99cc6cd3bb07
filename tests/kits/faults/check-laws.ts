import type { Database } from '../../../src/store/database';
import { logEndOf, type LogRow } from '../../../src/store/log/log-entries';
import { openDatabase } from '../../../src/store/open-database';
import { faultsOf, logOf, tablesOf } from '../organizations/log';
import type { Findings } from './findings';
import type { Follower } from './follower';
import type { HeardCalls } from './heard-calls';
import {
  isEnd,
  brokenByCalls,
  brokenByDecisions,
  brokenByEnds,
  brokenByLog,
  brokenByPolicies,
  brokenByRequests,
  brokenByTables,
} from './laws';

/** How long a subscriber may take to catch up once everything is well again, in milliseconds. */
const CATCHING_UP = 30_000;

/** How long after a grant's end it is in the log, while an instance runs (T2), in milliseconds. */
const WRITTEN_BY = 2_000;

/** Entries of the log of which a long run has some. */
export const COUNTED = [
  ...['ADMIN_UPDATED', 'ACCESS_REQUEST_APPROVED', 'ACCESS_REQUEST_DECLINED', 'ACCESS_REQUEST_WITHDRAWN'],
  ...['ACCESS_REQUEST_LAPSED', 'SPENDING_POLICY_CHANGED', 'PURCHASE_REQUESTED', 'PURCHASE_APPROVED'],
  ...['PURCHASE_DECLINED', 'PURCHASE_WITHDRAWN', 'PURCHASE_LAPSED'],
];

export const GRANTS_ENDED = 'grants ended';

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
  const all = [...logs.values()];
  for (const law of [
    ...brokenByRequests(all, heard.requestIds),
    ...brokenByDecisions(all, heard),
    ...brokenByPolicies(all, heard.policies),
  ])
    findings.breaks(law);

  for (const follower of followers) {
    const log = logs.get(follower.organizationId) ?? [];
    const version = Math.max(...log.map((entry) => entry.version ?? 0));
    const isThere = await follower.reaches(version, CATCHING_UP);
    if (!isThere || follower.seen.last !== version)
      findings.breaks(`${follower.name} was told of versions up to ${follower.seen.last}, and there are ${version}.`);
  }
  return logs;
}

/** When a request lapses was changed behind the log's back. */
function isMeant(fault: string, { madeOlder }: HeardCalls): boolean {
  return fault.includes(' lapses_at: ') && [...madeOlder].some((id) => fault.includes(id));
}

async function checkOrganization(
  database: Database,
  organizationId: string,
  heard: HeardCalls,
  findings: Findings,
): Promise<LogRow[]> {
  const readAt = Date.now();
  const log = await logOf({ database }, organizationId);
  const tables = await tablesOf({ database }, organizationId);
  const head = (await logEndOf(database.reader, organizationId))?.hash ?? '';
  const broken = [
    ...brokenByLog(log, head),
    ...brokenByTables(log, tables),
    ...brokenByCalls(log, heard.about(organizationId), heard.requestIds),
    ...brokenByEnds(log, readAt - WRITTEN_BY),
    ...(await faultsOf({ database }, organizationId)).filter((fault) => !isMeant(fault, heard)),
  ];
  const happened = new Map(COUNTED.map((kind) => [`log entries ${kind}`, log.filter((entry) => entry.kind === kind)]));
  for (const [what, { length }] of happened.set(GRANTS_ENDED, log.filter(isEnd)))
    if (length > 0) findings.count('done', what, length);
  for (const law of broken) findings.breaks(`${organizationId}: ${law}.`);
  findings.count('done', 'log entries', log.length);
  return log;
}
