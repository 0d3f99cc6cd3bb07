import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateAccess } from '../../src/actions/access/evaluate-access';
import { whileAccessHolds } from '../../src/actions/access/while-access-holds';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { ACCESS_ACTIONS } from '../../src/domain/access/access-actions';
import { ORGANIZATION_PERMISSIONS } from '../../src/domain/access/permissions';
import { HOST_EVENT_KINDS } from '../../src/domain/host-events/kinds';
import type { LogKind } from '../../src/domain/log/kinds';
import type { LogRow } from '../../src/store/log/log-entries';
import { livesThroughEverything } from '../kits/billing/billing-story';
import { logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const GUIDE = readFileSync(join(__dirname, '../../docs/guide/integrate-checks.md'), 'utf8');

/** The types that the guide names, as it names them: `organization.updated`, or `payment.` for all that begin so. */
const NAMED = (/- \*\*Which events count\*\*[^]*?\n(?=- )/.exec(GUIDE)?.[0].match(/`[a-z_]+\.[a-z_]*`/g) ?? []).map(
  (each) => each.slice(1, -1),
);

const PEOPLE = ['olivia', 'oscar', 'ada', 'bea', 'mia', 'pia'];
const PERMISSIONS = ORGANIZATION_PERMISSIONS.map((permission) => permission.toLowerCase());

let services: TestServices;
/** What each may do, action by action, and the log at the same moment. */
let seen: { readonly decisions: ReadonlyMap<string, readonly boolean[]>; readonly log: readonly LogRow[] };
let changes: { readonly action: string; readonly types: readonly string[]; readonly isRosterChange: boolean }[];

async function look(): Promise<typeof seen> {
  const questions = ACCESS_ACTIONS.flatMap((action) =>
    PEOPLE.map((userId) => ({ userId, organizationId: 'acme', action })),
  );
  const decided = await whileAccessHolds(services, 'back-end', (checks) =>
    evaluateAccess(checks, services.checkout, questions),
  );
  const decisions = new Map(
    ACCESS_ACTIONS.map((action, index) => [
      action,
      decided.slice(index * PEOPLE.length, (index + 1) * PEOPLE.length).map(({ decision }) => decision),
    ]),
  );
  return { decisions, log: await logOf(services, 'acme') };
}

/** Notes each action that somebody may or may not do now, with the events since the last look. */
async function compare(): Promise<void> {
  const now = await look();
  const news = now.log.slice(seen.log.length);
  for (const [action, decisions] of now.decisions)
    if (String(decisions) !== String(seen.decisions.get(action)))
      changes.push({
        action,
        types: news.map(({ kind }) => HOST_EVENT_KINDS[kind as LogKind].type),
        isRosterChange: news.some(({ version }) => version !== null),
      });
  seen = now;
}

beforeEach(async () => {
  services = await startServices();
  seen = { decisions: new Map(), log: [] };
  changes = [];
});
afterEach(() => services.close());

test('H2 a result changes with the events that the guide names, and with no other', async () => {
  const acme = await seedAcme(services);
  seen = await look();
  // After each of the transactions, whoever begins them.
  const { transactions } = services;
  const run = transactions.run.bind(transactions);
  let looks = Promise.resolve();
  jest.spyOn(transactions, 'run').mockImplementation(async (id, work) => {
    const result = await run(id, work);
    looks = looks.then(compare);
    await looks;
    return result;
  });

  await acme.adds('mia', 'olivia');
  await acme.removes('mia', 'olivia');
  await acme.hasOrgAdmin('mia');
  await acme.hasOwner('bea');
  await acme.hasMember('bea');
  await acme.adds('bea', 'olivia');
  await acme.hasMember('pia');
  const { id } = await requestBillingAccess(services, { organizationId: 'acme', actorId: 'pia', reason: null });
  await declineBillingAccessRequest(services, { organizationId: 'acme', actorId: 'olivia', requestId: id });
  await acme.loses('pia');
  await livesThroughEverything(services, 'acme');
  await services.background.settled();
  await syncOrganization(services, { id: 'acme', name: 'Acme', contractType: 'CUSTOM' });
  await compare();
  await removeOrganization(services, { organizationId: 'acme' });
  await looks;

  expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(ACCESS_ACTIONS));
  const isNamed = (type: string) => NAMED.some((name) => (name.endsWith('.') ? type.startsWith(name) : type === name));
  expect(changes.filter(({ types, isRosterChange }) => !isRosterChange && !types.some(isNamed))).toEqual([]);
  const ofPermissions = changes.filter(({ action }) => PERMISSIONS.includes(action));
  expect(
    ofPermissions.filter(({ types, isRosterChange }) => !isRosterChange && !types.includes('organization.removed')),
  ).toEqual([]);
  // None of the names is there in vain.
  const sole = changes.filter(({ isRosterChange }) => !isRosterChange).flatMap(({ types }) => types);
  for (const name of NAMED) expect(sole.filter((type) => type.startsWith(name))).not.toEqual([]);
});
