import type { Usage } from '../../../src/actions/credits/record-usage';
import type { NewLogEntry } from '../../../src/store/organization-transaction';

/** What happened to the one organization whose past is measured, in the same way for every length of it. */
export const ORGANIZATION = 'org-ledger';
export const OWNER = 'owner-ledger';
export const MEMBERS = Array.from({ length: 50 }, (_, index) => `user-${index}`);
export const FEATURES = Array.from({ length: 20 }, (_, index) => `feature ${index}`);

const DAY = 24 * 60 * 60 * 1_000;

/** Days with a past. The day after them is today, on which the measuring itself records usage. */
const DAYS = 365;
export const TODAY = Math.floor(Date.now() / DAY) * DAY;
export const FIRST_DAY = TODAY - DAYS * DAY;

export const isoDay = (time: number) => new Date(time).toISOString().slice(0, 10);

const startOfDayOf = (place: number, size: number) => FIRST_DAY + Math.floor(((place - 1) * DAYS) / size) * DAY;

/** When the entry at a place was written: usage is reported when its day is over. */
export const endOfDayOf = (place: number, size: number) => startOfDayOf(place, size) + DAY - 1;

/** A first grant that nothing uses up, and one in each hundred; the rest of the ledger is usage. */
export const isGrant = (place: number) => place === 1 || place % 100 === 0;
export const FIRST_GRANT = 1_000_000_000;
export const GRANTED = 2_000;

type PastUsage = Usage & { readonly userId: string; readonly occurredAt: number };

/** The usage at a place of the ledger: who, what for and how much vary without a pattern, and are the same in every run. */
export function usageAt(place: number, size: number): PastUsage {
  return {
    organizationId: ORGANIZATION,
    userId: MEMBERS[scattered(place, 1) % MEMBERS.length]!,
    feature: FEATURES[scattered(place, 2) % FEATURES.length]!,
    credits: 1 + (scattered(place, 3) % 20),
    occurredAt: startOfDayOf(place, size) + (place % 80_000) * 1_000,
    idempotencyKey: `usage ${place}`,
  };
}

/** The log at a place, from `first` on: the ledger's grants, access given and taken back, and what `activity` leaves out. */
export function logEntryAt(place: number, first: number): NewLogEntry {
  if (place === first) return { kind: 'CREDITS_GRANTED', details: { credits: FIRST_GRANT, reason: null } };
  if (place % 100 === 0) return { kind: 'CREDITS_GRANTED', details: { credits: GRANTED, reason: null } };
  const subjectId = MEMBERS[Math.floor((place - 1) / 2) % MEMBERS.length]!;
  if (place < 100 || place % 100 > 60) return { kind: 'PROFILE_CHANGED', subjectId };
  return place % 2 === 1
    ? { kind: 'ADMIN_ADDED', subjectId, actorId: OWNER }
    : { kind: 'ADMIN_REMOVED', subjectId, actorId: OWNER, details: { reason: 'REMOVED_BY_OWNER' } };
}

/** MurmurHash3's final mixing of a number's bits. */
function scattered(place: number, salt: number): number {
  let bits = Math.imul(place, 31) + salt;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
