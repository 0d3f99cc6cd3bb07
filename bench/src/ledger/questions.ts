import type { UsageGrouping } from '../../../src/store/schema/tables';
import { ORGANIZATION, OWNER } from './history';

/** One operation as it is sent; `subject` null is the host. */
export interface Question {
  readonly subject: string | null;
  readonly query: string;
  readonly variables: object;
}

const asOwner = (query: string, variables: object = {}): Question => ({
  subject: OWNER,
  query,
  variables: { id: ORGANIZATION, ...variables },
});

export const balance = asOwner(
  'query Balance($id: ID!) { organization(id: $id) { billing { credits { available included topUp } } } }',
);

/** The page of `activity` after the entry at `place`; null: the newest. */
export const activity = (place: number | null) =>
  asOwner(
    `query Activity($id: ID!, $after: String) {
      organization(id: $id) { billing { activity(first: 20, after: $after) {
        nodes { id kind summary credits occurredAt actor { id name } } pageInfo { hasNextPage endCursor }
      } } }
    }`,
    { after: place === null ? null : Buffer.from(JSON.stringify([place])).toString('base64url') },
  );

export const usage = (from: string, to: string, groupBy: UsageGrouping) =>
  asOwner(
    `query Usage($id: ID!, $from: Date!, $to: Date!, $groupBy: UsageGrouping!) {
      organization(id: $id) { billing { usage(from: $from, to: $to, groupBy: $groupBy) {
        totalCredits entries { key credits user { id name } }
      } } }
    }`,
    { from, to, groupBy },
  );

export const recordOne = (input: object): Question => ({
  subject: null,
  query:
    'mutation Record($input: RecordUsageInput!) { recordUsage(input: $input) { credits { available } userErrors { code } } }',
  variables: { input },
});

export const recordBatch = (entries: readonly object[]): Question => ({
  subject: null,
  query: `mutation Batch($input: RecordUsageBatchInput!) {
    recordUsageBatch(input: $input) { results { credits { available } userErrors { code } } userErrors { code } }
  }`,
  variables: { input: { entries } },
});
