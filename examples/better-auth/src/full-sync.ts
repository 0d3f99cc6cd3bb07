import { parseArgs } from 'node:util';
import { callDirectory, USER_ERRORS, type UserErrors } from './billing-admins.ts';
import { db } from './database.ts';
import { callFor, type Entry, isExpected, memberInput, members } from './directory-calls.ts';
import { takeRevision } from './outbox.ts';

// Makes the service equal to the tables, whatever calls were lost: for the first import, each night, and after the service was restored
// from a backup. The outbox may go on beside it.
//   --dry-run          sends what is new, removes nothing, and says which members it would remove
//   --max-removals=N   more removals in one organization change nothing; by default a tenth of its members, and at least 10

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, 'max-removals': { type: 'string' } } });
const dryRun = values['dry-run'] ?? false;
const maxRemovals = values['max-removals'] === undefined ? null : Number(values['max-removals']);

/** As many as one call takes. */
const PAGE = 1_000;

/** Newer than each call before, so that this corrects them. Older than each later change, which the outbox sends. */
const revision = await takeRevision();

for (const { id } of await db.selectFrom('organization').select('id').execute()) await syncOrganization(id);
await removeDeleted();

async function syncOrganization(organizationId: string): Promise<void> {
  await send('organization', organizationId, organizationId);

  const { syncId, ...started } = await callDirectory<Started>('startDirectorySync', { organizationId }, 'syncId');
  report('startDirectorySync', started);
  let last = '';
  for (;;) {
    const page = await members(organizationId).where('userId', '>', last).orderBy('userId').limit(PAGE).execute();
    if (page.length === 0) break;
    const input = { organizationId, syncId, members: page.map((member) => memberInput(member, revision)) };
    const { results, ...sent } = await callDirectory<Sent>('syncMembers', input, `results { ${USER_ERRORS} }`);
    for (const result of [sent, ...results]) report('syncMembers', result);
    last = page.at(-1)!.userId;
  }
  // The service refuses to finish a sync that named nobody. Then each is removed by name.
  if (last === '') {
    for (const { id } of await knownIds('member', organizationId).execute()) await send('member', organizationId, id);
  } else {
    const input = { organizationId, syncId, dryRun, maxRemovals };
    const finished = await callDirectory<Finished>('finishDirectorySync', input, 'applied removals { id }');
    report('finishDirectorySync', finished);
    const ids = finished.removals.map(({ id }) => id).join(' ');
    if (ids) console.log(`${organizationId}: ${finished.applied ? 'removed' : 'not removed'} ${ids}`);
  }

  const invitations = db.selectFrom('invitation').select('id').where('organizationId', '=', organizationId);
  const known = knownIds('invitation', organizationId);
  for (const { id } of await invitations.union(known).execute()) await send('invitation', organizationId, id);
}

/** What was deleted has no row any more. The outbox has its id. */
function knownIds(kind: Entry['kind'], organizationId: string) {
  const entries = db.selectFrom('outbox').where('kind', '=', kind).where('organizationId', '=', organizationId);
  return entries.select('subjectId as id').distinct();
}

async function removeDeleted(): Promise<void> {
  const organizations = db
    .selectFrom('outbox')
    .select('organizationId')
    .distinct()
    .where('kind', '=', 'organization')
    .where('organizationId', 'not in', db.selectFrom('organization').select('id'));
  for (const { organizationId } of await organizations.execute())
    await send('organization', organizationId, organizationId);
  const users = db
    .selectFrom('outbox')
    .select('subjectId')
    .distinct()
    .where('kind', 'in', ['member', 'user'])
    .where('subjectId', 'not in', db.selectFrom('user').select('id'));
  for (const { subjectId } of await users.execute()) await send('user', '', subjectId);
}

/** The same call as that of an entry. */
async function send(kind: Entry['kind'], organizationId: string, subjectId: string): Promise<void> {
  const call = await callFor({ id: revision, kind, organizationId, subjectId });
  if (!call || (dryRun && /^(remove|revoke)/.test(call.mutation))) return;
  report(call.mutation, await callDirectory(call.mutation, call.input));
}

function report(mutation: string, { userErrors }: UserErrors): void {
  for (const { code, message } of userErrors.filter((error) => !isExpected(mutation, error.code))) {
    console.error(`${mutation}: ${code} ${message}`);
    process.exitCode = 1;
  }
}

interface Started {
  readonly syncId: string | null;
}

interface Sent {
  readonly results: readonly UserErrors[];
}

interface Finished {
  readonly applied: boolean;
  /** The first 100. */
  readonly removals: readonly { readonly id: string }[];
}
