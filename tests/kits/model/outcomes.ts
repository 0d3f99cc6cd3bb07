import type { Services } from '../../../src/actions/services';
import { Forbidden, Refusal } from '../../../src/domain/refusals';
import type { LogRow } from '../../../src/store/log/log-entries';
import { customerIdOf } from '../../../src/payments/sandbox/create-sandbox';
import { logOf, tablesOf } from '../organizations/log';

/** What a call answered, or the word with which it was refused. */
export type Outcome = 'CHANGED' | 'UNCHANGED' | 'FORBIDDEN' | Refusal['code'];

/** How a call ended, in one word; any error that is no refusal is thrown on. */
export async function outcomeOf(call: Promise<{ changed: boolean }>): Promise<Outcome> {
  try {
    return (await call).changed ? 'CHANGED' : 'UNCHANGED';
  } catch (error) {
    return refusedWith(error);
  }
}

/** The code with which a call is refused. Fails where it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<Outcome> {
  const error = await call.then(
    () => new Error('A refusal was expected.'),
    (failure: unknown) => failure,
  );
  return refusedWith(error);
}

function refusedWith(error: unknown): Outcome {
  if (error instanceof Forbidden) return 'FORBIDDEN';
  if (error instanceof Refusal) return error.code;
  throw error;
}

/** A call's answer, and what it left in the organization's log. */
export async function effectOf<T>(
  services: Pick<Services, 'database'>,
  organizationId: string,
  call: () => Promise<T>,
) {
  const before = await logOf(services, organizationId);
  const answer = await call();
  const entries = (await logOf(services, organizationId)).slice(before.length);
  return { answer, kinds: entries.map(({ kind }) => kind), rosterChanges: rosterChangesIn(entries), entries };
}

/** The roster changes among log entries, in words: `ADMIN_REMOVED bea LEFT_ORGANIZATION`, and ` by olivia` where a user acted. */
export function rosterChangesIn(entries: readonly LogRow[]): string[] {
  return entries
    .filter(({ version }) => version !== null)
    .map(({ kind, subjectId, actorId, details }) => {
      const { reason } = JSON.parse(details) as { reason?: string };
      return [kind, subjectId, reason, actorId && `by ${actorId}`].filter(Boolean).join(' ');
    });
}

/** Expects that a call ends so and leaves no trace: no log entry, no version, no other row. */
export async function expectNoTrace(
  services: Pick<Services, 'database'>,
  organizationId: string,
  call: () => Promise<{ changed: boolean }>,
  outcome: Outcome,
): Promise<void> {
  const before = await stateOf(services, organizationId);
  expect(await outcomeOf(call())).toBe(outcome);
  expect(await stateOf(services, organizationId)).toEqual(before);
}

const OF_ORGANIZATIONS = [
  ...['members', 'invitations', 'access_requests', 'log_entries', 'credit_ledger', 'usage_totals'],
  ...['member_words', 'usage_months', 'billing_accounts', 'billing_orders', 'purchase_requests'],
];

/** Everything that is stored of an organization, at the sandbox too, and of all users. */
export async function stateOf(services: Pick<Services, 'database'>, organizationId: string) {
  const { reader } = services.database;
  const all = (table: string, column: string, order = '1, 2, 3, 4') =>
    reader.rows<Record<string, unknown>>(`SELECT * FROM ${table} WHERE ${column} = ? ORDER BY ${order}`, [
      organizationId,
    ]);
  const [users, sandbox, tables, ...rows] = await Promise.all([
    reader.rows<Record<string, unknown>>('SELECT * FROM users ORDER BY id'),
    reader.rows('SELECT body FROM sandbox_accounts WHERE id = ?', [customerIdOf(organizationId)]),
    tablesOf(services, organizationId),
    all('organizations', 'id'),
    all('former_members', 'organization_id', '1, 2'),
    ...OF_ORGANIZATIONS.map((table) => all(table, 'organization_id')),
  ]);
  return { users, sandbox, tables, rows };
}

/** The last version of the organization's roster. */
export async function versionOf({ database }: Pick<Services, 'database'>, organizationId: string): Promise<number> {
  const [row] = await database.reader.rows<{ version: number }>('SELECT version FROM organizations WHERE id = ?', [
    organizationId,
  ]);
  return row?.version ?? 0;
}

/** What somebody is in the organization: `MEMBER`, `ADMIN` or `OWNER`, with ` +grant` where they hold one. Null for no member. */
export async function whatIs(
  services: Pick<Services, 'database'>,
  organizationId: string,
  userId: string,
): Promise<string | null> {
  const member = (await tablesOf(services, organizationId)).members[userId];
  return member ? member.role + (member.grantedBy === null ? '' : ' +grant') : null;
}
