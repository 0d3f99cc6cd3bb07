import { isDeepStrictEqual } from 'node:util';
import { FIRST_HASH, hashOfEntry } from '../../../src/store/log/chain';
import type { LogRow } from '../../../src/store/log/log-entries';
import { type Replayed, replay } from '../organizations/log';
import type { Heard } from './heard-calls';

const countFromOne = (numbers: readonly number[]) => numbers.every((number, index) => number === index + 1);

/** Which laws an organization's log breaks by itself, in words: holes and repeats, times, and the chain up to its head. */
export function brokenByLog(log: readonly LogRow[], head: string): string[] {
  const broken: string[] = [];
  if (!countFromOne(log.map(({ sequence }) => sequence))) broken.push('sequences are not 1, 2, 3, …');
  if (!countFromOne(log.flatMap(({ version }) => version ?? []))) broken.push('versions are not 1, 2, 3, …');
  let [hash, time] = [FIRST_HASH, 0];
  for (const entry of log) {
    hash = hashOfEntry(entry, hash);
    if (hash !== entry.hash) broken.push(`the chain breaks at sequence ${entry.sequence}`);
    if (entry.occurredAt < time) broken.push(`time runs backwards at sequence ${entry.sequence}`);
    [hash, time] = [entry.hash, entry.occurredAt];
  }
  if (head !== hash) broken.push('the head is not the hash of the last entry');
  return broken;
}

/** Whether replaying the log gives what the tables hold. */
export function brokenByTables(log: readonly LogRow[], tables: Replayed): string[] {
  if (isDeepStrictEqual(tables, replay(log))) return [];
  return [`the log tells ${JSON.stringify(replay(log))}, and the tables ${JSON.stringify(tables)}`];
}

/** Whether each acknowledged call is in the log once, and each one of which nobody knows at most once. */
export function brokenByCalls(
  log: readonly LogRow[],
  heard: readonly Heard[],
  requestIds: ReadonlySet<string>,
): string[] {
  const broken: string[] = [];
  const logged = new Map<string, number>();
  const keyOf = (mutation: string, subject: string) => JSON.stringify([mutation, subject]);
  log.forEach((entry, index) => {
    const mutation = mutationOf(log, index);
    const key = keyOf(mutation ?? '', mutation === 'syncOrganization' ? '' : (entry.subjectId ?? ''));
    if (mutation) logged.set(key, (logged.get(key) ?? 0) + 1);
  });
  const known = new Map(heard.map((calls) => [keyOf(calls.mutation, calls.subject), calls]));
  for (const key of new Set([...logged.keys(), ...known.keys()])) {
    const { acknowledged = 0, unknown = 0 } = known.get(key) ?? {};
    const times = logged.get(key) ?? 0;
    if (times < acknowledged || times > acknowledged + unknown)
      broken.push(`${key}: ${acknowledged} acknowledged, ${unknown} unknown, ${times} in the log`);
  }

  const asked = log.flatMap(({ kind, details }) => (kind === 'ACCESS_REQUESTED' ? [requestIdIn(details)] : []));
  if (new Set(asked).size < asked.length) broken.push('a request is in the log twice');
  const unknown = heard.filter(({ mutation }) => mutation === 'requestBillingAccess');
  const untold = asked.filter((id) => !requestIds.has(id)).length;
  if (untold > unknown.reduce((sum, calls) => sum + calls.unknown, 0))
    broken.push(`${untold} requests are in the log of which nobody was told`);
  return broken;
}

/** Requests that somebody was told of and that no log holds. */
export function brokenByRequests(logs: readonly (readonly LogRow[])[], requestIds: ReadonlySet<string>): string[] {
  const asked = new Set(
    logs.flat().flatMap(({ kind, details }) => (kind === 'ACCESS_REQUESTED' ? [requestIdIn(details)] : [])),
  );
  return [...requestIds]
    .filter((id) => !asked.has(id))
    .map((id) => `the request ${id} was acknowledged and is in no log`);
}

/** Whether the guest was told of anything from the moment on at which they had left. */
export function brokenByStays(log: readonly LogRow[], guestId: string, stays: readonly number[]): string[] {
  const own = log.filter(({ subjectId }) => subjectId === guestId);
  const joined = own.filter(({ kind }) => kind === 'TEAMMATE_JOINED').length;
  const left = own.flatMap((entry, index) => {
    if (entry.kind !== 'TEAMMATE_LEFT') return [];
    // A grant goes in the same transaction, one version before.
    const before = own[index - 1];
    const isTaken = before?.kind === 'ADMIN_REMOVED' && before.details.includes('LEFT_ORGANIZATION');
    return [(isTaken ? before.version : entry.version) ?? 0];
  });
  if (joined !== stays.length || left.length !== stays.length)
    return [
      `the guest has stayed ${stays.length} times, and in the log joins ${joined} and leaves ${left.length} times`,
    ];
  return stays.flatMap((told, index) =>
    told < left[index]! ? [] : [`the guest left by version ${left[index]} and was told of version ${told}`],
  );
}

/** The mutation that wrote this entry. Null if the entry only follows from another one's. */
function mutationOf(log: readonly LogRow[], index: number): string | null {
  const { kind, subjectId, details } = log[index]!;
  const [before, after] = [log[index - 1], log[index + 1]];
  const isAbout = (entry: LogRow | undefined, its: string) => entry?.kind === its && entry.subjectId === subjectId;
  switch (kind) {
    case 'ADMIN_ADDED':
      return isAbout(after, 'ACCESS_REQUEST_APPROVED') ? null : 'addBillingAdmin';
    case 'ADMIN_REMOVED':
      return details.includes('REMOVED_BY_OWNER') ? 'removeBillingAdmin' : null;
    case 'OWNER_ADDED':
      return isAbout(before, 'TEAMMATE_JOINED') && before?.details.includes('OWNER') ? null : 'syncMember';
    case 'OWNER_REMOVED':
      return details.includes('role') ? 'syncMember' : null;
    case 'ACCESS_REQUEST_CLOSED':
    case 'ACCESS_REQUESTED':
      return null;
    default:
      return MUTATIONS[kind] ?? kind;
  }
}

const MUTATIONS: Record<string, string> = {
  ORGANIZATION_CREATED: 'syncOrganization',
  TEAMMATE_JOINED: 'syncMember',
  ROLE_CHANGED: 'syncMember',
  TEAMMATE_LEFT: 'removeMember',
  ACCESS_REQUEST_APPROVED: 'approveBillingAccessRequest',
};

function requestIdIn(details: string): string {
  return (JSON.parse(details) as { requestId: string }).requestId;
}
