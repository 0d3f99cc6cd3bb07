import { isDeepStrictEqual } from 'node:util';
import { readHostEvents } from '../../../src/actions/host-events/read-host-events';
import type { Database } from '../../../src/store/database';
import type { LogRow } from '../../../src/store/log/log-entries';
import { openDatabase } from '../../../src/store/open-database';
import { feedAfter, type FeedRow } from '../organizations/host-feed';
import type { FeedFollower, FeedReader } from './feed-readers';
import type { FeedTold } from './feed-told';
import type { Findings } from './findings';
import { isEnd } from './laws';
import { comesTrue } from '../basics/passing-time';
import type { Instance } from './server-set';
import type { WebhookReceiver } from './webhook-receiver';

/** How long the feed, and who is told of it, may take to catch up once everything is well again, in milliseconds. */
const CATCHING_UP = 60_000;

const PAGE = 1_000;

export interface FeedHeld {
  readonly databaseUrl: string;
  /** All entries of each organization. */
  readonly logs: ReadonlyMap<string, readonly LogRow[]>;
  readonly told: FeedTold;
  readonly readers: readonly (FeedReader | FeedFollower)[];
  readonly receiver: WebhookReceiver;
  readonly instances: readonly Instance[];
  readonly findings: Findings;
}

/** Holds the feed, and what was told of it, to its laws (H4, H5). */
export async function checkFeed(held: FeedHeld): Promise<void> {
  const database = await openDatabase({ url: held.databaseUrl });
  try {
    await checkWithDatabase(database, held);
  } finally {
    await database.close();
  }
}

async function checkWithDatabase(
  database: Database,
  { logs, told, readers, receiver, instances, findings }: FeedHeld,
): Promise<void> {
  const entries = [...logs.values()].reduce((sum, log) => sum + log.length, 0);
  let rows: FeedRow[] = [];
  await comesTrue(async () => (rows = await feedAfter({ database }, 0)).length >= entries, CATCHING_UP);
  for (const law of brokenByFeed(rows, logs)) findings.breaks(`The feed: ${law}.`);
  let ends = 0;
  for (let after = 0; after < rows.length; after += PAGE)
    for (const { occurredAt, ...event } of (await readHostEvents(database, after, PAGE)).events) {
      if (event.type === 'billing_admin.removed' && event.data.reason === 'EXPIRED') ends += 1;
      const wrong = told.take({ ...event, occurredAt: new Date(occurredAt).toISOString() });
      if (wrong) findings.breaks(`A reader in the end ${wrong}.`);
    }
  const logged = [...logs.values()].flat().filter(isEnd).length;
  if (ends !== logged) findings.breaks(`The feed tells of ${ends} ends of grants, and the logs of ${logged}.`);
  for (const { place } of readers)
    if (!(await comesTrue(() => place.last >= entries, CATCHING_UP)) || place.last > entries)
      findings.breaks(`${place.name} was told of ${place.last} events, and there are ${entries}.`);

  const { accepted } = receiver.deliveries;
  const isDelivered = () =>
    [...logs.keys()].every((id) => isDeepStrictEqual(accepted.get(id) ?? [], positionsOf(rows, id)));
  if (!(await comesTrue(isDelivered, CATCHING_UP))) {
    const counts = [...logs.keys()].map(
      (id) => `${accepted.get(id)?.length ?? 0} of ${positionsOf(rows, id).length} of ${id}`,
    );
    findings.breaks(`The receiver has accepted ${counts.join(', ')}.`);
  }
  for (const instance of instances)
    if (!(await comesTrue(() => instance.isDelivering(), CATCHING_UP)))
      findings.breaks(`${instance.process.name} says that webhooks fail when all of them are delivered.`);
}

/** Which laws the feed breaks by itself, in words: each entry has one position, without a gap and in its organization's order. */
export function brokenByFeed(rows: readonly FeedRow[], logs: ReadonlyMap<string, readonly LogRow[]>): string[] {
  const broken: string[] = [];
  if (!rows.every(({ position }, index) => position === index + 1)) broken.push('positions are not 1, 2, 3, …');
  for (const [id, log] of logs) {
    const sequences = rows.filter(({ organizationId }) => organizationId === id).map(({ sequence }) => sequence);
    const logged = log.map(({ sequence }) => sequence);
    if (!isDeepStrictEqual(sequences, logged))
      broken.push(`it has ${sequences.length} entries of ${id}, and the log ${logged.length}, or in another order`);
  }
  return broken;
}

function positionsOf(rows: readonly FeedRow[], id: string): number[] {
  return rows.filter(({ organizationId }) => organizationId === id).map(({ position }) => position);
}
