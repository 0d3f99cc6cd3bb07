import { isDeepStrictEqual } from 'node:util';
import { FIRST_HASH, hashOfEntry } from '../../../src/store/log/chain';
import type { LogRow } from '../../../src/store/log/log-entries';
import { type Replayed, replay } from '../organizations/log';
import type { Heard, HeardCalls } from './heard-calls';

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
    case 'ADMIN_UPDATED':
      return isAbout(after, 'ACCESS_REQUEST_APPROVED') ? null : 'updateBillingAdmin';
    case 'OWNER_ADDED':
      return isAbout(before, 'TEAMMATE_JOINED') && before?.details.includes('OWNER') ? null : 'syncMember';
    case 'OWNER_REMOVED':
      return details.includes('role') ? 'syncMember' : null;
    default:
      return NOT_COUNTED.has(kind) ? null : (MUTATIONS[kind] ?? kind);
  }
}

const MUTATIONS: Record<string, string> = {
  ORGANIZATION_CREATED: 'syncOrganization',
  TEAMMATE_JOINED: 'syncMember',
  ROLE_CHANGED: 'syncMember',
  TEAMMATE_LEFT: 'removeMember',
  ACCESS_REQUEST_APPROVED: 'approveBillingAccessRequest',
};

/** Calls behind them are known by ids of their own (`brokenByDecisions`), or they follow from something else. */
const NOT_COUNTED = new Set<string>([
  ...['ADMIN_EXPIRING', 'ACCESS_REQUESTED', 'ACCESS_REQUEST_CLOSED', 'ACCESS_REQUEST_DECLINED'],
  ...['ACCESS_REQUEST_WITHDRAWN', 'ACCESS_REQUEST_LAPSED', 'SPENDING_POLICY_CHANGED', 'PURCHASE_REQUESTED'],
  ...['PURCHASE_APPROVED', 'PURCHASE_DECLINED', 'PURCHASE_WITHDRAWN', 'PURCHASE_LAPSED', 'CUSTOMER_CREATED'],
  ...['CHECKOUT_STARTED', 'SUBSCRIPTION_STARTED', 'INVOICE_PAID', 'PAYMENT_METHOD_ADDED', 'INCLUDED_CREDITS_GRANTED'],
  ...['TOP_UP_PAID', 'AUTO_RECHARGE_DISABLED'],
]);

const DECISIONS = new Set([
  ...['ACCESS_REQUEST_APPROVED', 'ACCESS_REQUEST_DECLINED', 'ACCESS_REQUEST_WITHDRAWN', 'ACCESS_REQUEST_LAPSED'],
  ...['ACCESS_REQUEST_CLOSED', 'PURCHASE_APPROVED', 'PURCHASE_DECLINED', 'PURCHASE_WITHDRAWN', 'PURCHASE_LAPSED'],
]);

/** Whether each request is decided at most once, and as was acknowledged; of all organizations together. */
export function brokenByDecisions(logs: readonly (readonly LogRow[])[], heard: HeardCalls): string[] {
  const broken: string[] = [];
  const decided = new Map<string, string>();
  const asked = new Set<string>();
  for (const { kind, details } of logs.flat()) {
    const { requestId, purchaseRequestId } = JSON.parse(details) as { requestId?: string; purchaseRequestId?: string };
    const id = requestId ?? purchaseRequestId;
    if (id === undefined) continue;
    if (kind === 'PURCHASE_REQUESTED') {
      if (asked.has(id)) broken.push(`the purchase request ${id} is in the log twice`);
      asked.add(id);
    }
    if (!DECISIONS.has(kind)) continue;
    if (decided.has(id)) broken.push(`the request ${id} is decided twice: ${decided.get(id)} and ${kind}`);
    decided.set(id, kind);
  }
  for (const id of heard.purchaseIds)
    if (!asked.has(id)) broken.push(`the purchase request ${id} was acknowledged and is in no log`);
  for (const [id, kind] of heard.decisions)
    if (decided.get(id) !== kind)
      broken.push(`the request ${id} was acknowledged as ${kind}, and the log says ${decided.get(id) ?? 'nothing'}`);
  return broken;
}

/** Whether each policy that was acknowledged is in a log once, and none that was refused. Each has a limit of its own. */
export function brokenByPolicies(logs: readonly (readonly LogRow[])[], policies: HeardCalls['policies']): string[] {
  const logged = new Map<number, number>();
  for (const { kind, details } of logs.flat()) {
    if (kind !== 'SPENDING_POLICY_CHANGED') continue;
    const limit = (JSON.parse(details) as { perPurchaseAmount: number }).perPurchaseAmount;
    logged.set(limit, (logged.get(limit) ?? 0) + 1);
  }
  return [...new Set([...policies.keys(), ...logged.keys()])].flatMap((limit) => {
    const times = logged.get(limit) ?? 0;
    const outcome = policies.get(limit) ?? 'REFUSED';
    const isRight = outcome === 'UNKNOWN' ? times <= 1 : times === (outcome === 'ACKNOWLEDGED' ? 1 : 0);
    return isRight ? [] : [`the policy with ${limit} is ${outcome}, and ${times} times in the log`];
  });
}

/** Whether the entry tells of the end of a grant that had one. */
export function isEnd({ kind, details }: LogRow): boolean {
  return kind === 'ADMIN_REMOVED' && (JSON.parse(details) as { reason?: string }).reason === 'EXPIRED';
}

/** What is wrong with how grants ended by then (T2). */
export function brokenByEnds(log: readonly LogRow[], now: number): string[] {
  const broken: string[] = [];
  const ends = new Map<string, number | null>();
  for (const { kind, subjectId, details, occurredAt, sequence, version } of log) {
    const subject = subjectId ?? '';
    const { reason, expiresAt = null } = JSON.parse(details) as { reason?: string; expiresAt?: number };
    if (kind === 'ADMIN_ADDED' || kind === 'ADMIN_UPDATED') ends.set(subject, expiresAt);
    if (kind !== 'ADMIN_REMOVED') continue;
    if (reason === 'EXPIRED') {
      const end = ends.get(subject) ?? null;
      if (end === null) broken.push(`what ended at sequence ${sequence} was no grant with an end`);
      else if (end !== expiresAt || occurredAt < end || version === null)
        broken.push(
          `the grant of ${subject} ended at ${end}, and sequence ${sequence} says ${details} at ${occurredAt}`,
        );
    }
    ends.delete(subject);
  }
  for (const [subject, end] of ends)
    if (end !== null && end <= now) broken.push(`the grant of ${subject} ended at ${end}, and the log does not say so`);
  return broken;
}

/** Whether a subscriber was told of an access at a sequence at which the log gives them none. */
export function brokenByAccessTold(log: readonly LogRow[], userId: string, sequences: readonly number[]): string[] {
  const own = log.filter(({ kind, subjectId }) => kind.startsWith('ADMIN_') && subjectId === userId);
  return sequences.flatMap((told) => {
    const last = own.findLast(({ sequence }) => sequence <= told);
    const isThere = last !== undefined && last.kind !== 'ADMIN_REMOVED';
    return isThere ? [] : [`${userId} was told of an access at sequence ${told}, after ${last?.kind ?? 'nothing'}`];
  });
}

function requestIdIn(details: string): string {
  return (JSON.parse(details) as { requestId: string }).requestId;
}
