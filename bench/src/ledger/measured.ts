import { activityBefore } from '../../../src/store/log/log-entries';
import { membershipsOf } from '../../../src/store/memberships';
import type { UsageGrouping } from '../../../src/store/schema/tables';
import { usageBetween } from '../../../src/store/usage-totals';
import type { Usage } from '../../../src/actions/credits/record-usage';
import { FIRST_DAY, isoDay, ORGANIZATION, OWNER, TODAY } from './history';
import { BATCH, type Past } from './past';
import { activity, balance, type Question, recordBatch, recordOne, usage } from './questions';

/** Something that is measured: over the service, and as the function that does it. */
export interface Measured {
  readonly name: string;
  /** A question for the service; one that writes is a new one each time. */
  readonly question: (past: Past, turn: number) => Question;
  /** What the service does for it in the database. */
  readonly call: (past: Past, turn: number) => Promise<unknown>;
  /** So many at most in one go; null: as many as there is time for. */
  readonly most: number | null;
}

const YEAR = [isoDay(FIRST_DAY), isoDay(TODAY)] as const;

/** Rows of a page, and one that tells whether there are more. */
const PAGE = 21;

/** Near the beginning of every past: the page holds the oldest entries but these few. */
const OLDEST = 40;

export const READS: readonly Measured[] = [
  {
    name: 'balance',
    question: () => balance,
    call: ({ database }) => membershipsOf(database.reader, [ORGANIZATION], [OWNER]),
    most: null,
  },
  pageOfActivity('newest', () => null),
  pageOfActivity('in the middle', ({ size }) => size / 2),
  pageOfActivity('oldest', () => OLDEST),
  yearOfUsage('DAY'),
  yearOfUsage('USER'),
  yearOfUsage('FEATURE'),
];

export const WRITES: readonly Measured[] = [
  {
    name: 'recordUsage',
    question: (past) => recordOne(past.newUsages(1)[0]!),
    call: (past) => past.record(past.newUsages(1)),
    most: 40,
  },
  batch('keys seen before', (past, turn) => past.seenUsages(turn)),
  batch('new keys', (past) => past.newUsages(BATCH)),
];

function pageOfActivity(where: string, placeIn: (past: Past) => number | null): Measured {
  return {
    name: `activity, ${where}`,
    question: (past) => activity(placeIn(past)),
    call: (past) => activityBefore(past.database.reader, ORGANIZATION, placeIn(past), PAGE),
    most: null,
  };
}

function yearOfUsage(groupBy: UsageGrouping): Measured {
  return {
    name: `a year of usage by ${groupBy}`,
    question: () => usage(...YEAR, groupBy),
    call: ({ database }) => usageBetween(database.reader, ORGANIZATION, groupBy, ...YEAR),
    most: null,
  };
}

function batch(name: string, usagesOf: (past: Past, turn: number) => readonly Usage[]): Measured {
  return {
    name: `batch of ${BATCH}, ${name}`,
    question: (past, turn) => recordBatch(usagesOf(past, turn).map(inputOf)),
    call: (past, turn) => past.record(usagesOf(past, turn)),
    most: 1,
  };
}

function inputOf({ occurredAt, ...rest }: Usage): object {
  return { ...rest, occurredAt: occurredAt === null ? null : new Date(occurredAt).toISOString() };
}
