import type { Services } from '../../../src/actions/services';
import type { Value } from '../../../src/store/database';
import { insertMemberWords } from '../../../src/store/member-words';

/** Rows that one statement inserts: well below what either engine takes at once. */
const ROWS_AT_ONCE = 1_000;

/** Writes rows without organization transactions: for tables too large to fill with them. */
export async function insertRows(
  { database }: Pick<Services, 'database'>,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): Promise<void> {
  const places = `(${columns.map(() => '?').join(', ')})`;
  await database.transaction(async (writer) => {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const some = rows.slice(start, start + ROWS_AT_ONCE);
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${some.map(() => places).join(', ')}`;
      await writer.run(sql, some.flat());
    }
  });
}

/** `how` is what the `index`-th of them is: everything that a member's row holds but for the keys. */
export async function fillWithMembers(
  services: Pick<Services, 'database'>,
  organizationId: string,
  count: number,
  how: (index: number) => {
    id: string;
    name: string;
    email: string;
    billingRole: 'OWNER' | 'BILLING_ADMIN' | 'TEAMMATE';
  },
): Promise<void> {
  const people = Array.from({ length: count }, (_, index) => how(index));
  await insertRows(
    services,
    'users',
    ['id', 'name', 'email'],
    people.map(({ id, name, email }) => [id, name, email]),
  );
  await insertRows(
    services,
    'members',
    [
      'organization_id',
      'user_id',
      'role',
      'standing',
      'granted_at',
      'granted_by',
      'joined_at',
      'name_key',
      'email_key',
    ],
    people.map(({ id, name, email, billingRole }) => [
      organizationId,
      id,
      billingRole === 'OWNER' ? 'OWNER' : 'MEMBER',
      billingRole,
      billingRole === 'BILLING_ADMIN' ? 1 : null,
      billingRole === 'BILLING_ADMIN' ? id : null,
      1,
      name.toLowerCase(),
      email.toLowerCase(),
    ]),
  );
  await services.database.transaction((writer) =>
    insertMemberWords(
      writer,
      organizationId,
      people.map(({ id, name }) => ({ userId: id, nameKey: name.toLowerCase() })),
    ),
  );
}
