import { removeMember } from '../../src/actions/directory/remove-member';
import { syncMember } from '../../src/actions/directory/sync-member';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import { approveBillingAccessRequest } from '../../src/actions/requests/approve-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import type { Services } from '../../src/actions/services';
import { Refusal, Unavailable } from '../../src/domain/refusals';
import { NoSuchOrganization } from '../../src/store/organization-transactions';
import type { OrganizationTransaction } from '../../src/store/organization-transaction';
import { deleteMembers } from '../../src/store/members';
import { logPositionsOf } from '../../src/store/organizations';
import { Crash, failingAtStatement } from '../kits/service/broken-services';
import { engine } from '../kits/service/database-url';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf, stateOf } from '../kits/model/outcomes';
import { inThisOrder } from '../kits/service/queue';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
/** The places in the log that watchers were told of, behind that where it stood when the test began. */
let heard: number[];
let unwatch: () => void;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

beforeEach(async () => {
  count += 1;
  acme = await seedAcme(services, `acme-${count}`);
  heard = [];
  unwatch = await watchesNews((sequence) => heard.push(sequence));
});

/** Watches the organization, and leaves out what a look of every second tells of the present. */
async function watchesNews(listener: (sequence: number) => void): Promise<() => void> {
  const [present] = await logPositionsOf(services.database.reader, [acme.id]);
  return services.positionWatcher.watch(acme.id, (logPosition) => {
    if (!logPosition) throw new Error('The organization is gone.');
    if (logPosition.sequence > present!.sequence) listener(logPosition.sequence);
  });
}

afterEach(async () => {
  unwatch();
  await expectSound(services, acme.id);
});

afterAll(() => services.close());

/** Changes a bit of everything, as far as a change goes. */
async function changeMuch(transaction: OrganizationTransaction): Promise<void> {
  await deleteMembers(transaction.writer, acme.id, ['bea']);
  await transaction.writer.run("UPDATE users SET name = 'Somebody else' WHERE id = 'mia'");
  transaction.set({ name: 'Another name' });
  transaction.append({ kind: 'ADMIN_REMOVED', subjectId: 'bea' });
  transaction.append({ kind: 'TEAMMATE_LEFT', subjectId: 'bea' });
}

const errors: [string, () => Error][] = [
  ['a refusal', () => new Refusal('STALE')],
  ['an error of the code', () => new TypeError('undefined is not a function')],
  ['the database being away', () => new Unavailable('Away.')],
  ['a missing organization', () => new NoSuchOrganization(false)],
];

describe('E1 whatever is thrown inside an organization transaction undoes everything', () => {
  test.each(errors)('E1 %s: the caller gets it, nothing has changed, nobody is told', async (_, make) => {
    const before = await stateOf(services, acme.id);
    const error = make();
    const call = services.transactions.run(acme.id, async (transaction) => {
      await changeMuch(transaction);
      throw error;
    });
    await expect(call).rejects.toBe(error);
    expect(await stateOf(services, acme.id)).toEqual(before);
    expect(heard).toEqual([]);
  });

  test('E1 a statement that the database refuses undoes those before it', async () => {
    const before = await stateOf(services, acme.id);
    const call = services.transactions.run(acme.id, async (transaction) => {
      await changeMuch(transaction);
      await transaction.writer.run('INSERT INTO there_is_no_such_table (id) VALUES (1)');
    });
    await expect(call).rejects.toThrow(/there_is_no_such_table/);
    expect(await stateOf(services, acme.id)).toEqual(before);
    expect(heard).toEqual([]);
  });

  test('E1 an organization whose making fails does not exist, and its id is not spent', async () => {
    const call = services.transactions.runOrCreate(
      `new-${count}`,
      { name: 'New', contractType: 'CUSTOM' },
      async (transaction) => {
        transaction.append({ kind: 'ORGANIZATION_CREATED' });
        throw new Crash();
      },
    );
    await expect(call).rejects.toThrow(Crash);
    expect(await logPositionsOf(services.database.reader, [`new-${count}`])).toEqual([]);
    const again = await syncOrganization(services, { id: `new-${count}`, name: 'New', contractType: null });
    expect(again).toEqual({ changed: true });
  });

  test('E2 the next change takes the sequence and the version that the failed one had', async () => {
    const [before] = await logPositionsOf(services.database.reader, [acme.id]);
    await expect(
      services.transactions.run(acme.id, async (transaction) => {
        await changeMuch(transaction);
        throw new Crash();
      }),
    ).rejects.toThrow(Crash);
    await acme.adds('mia', 'olivia');
    const last = (await logOf(services, acme.id)).at(-1);
    expect(last).toMatchObject({ sequence: (before?.sequence ?? 0) + 1, version: (before?.version ?? 0) + 1 });
  });
});

describe('E1 a database that fails at any statement of a change leaves all or nothing', () => {
  const mia = { id: 'mia', name: 'Name of mia', email: 'mia@example.com' };
  const someone = { id: 'nils', name: 'Nils', email: 'nils@example.com', avatarUrl: null };
  const here = () => ({ organizationId: acme.id });

  const calls: Record<string, (process: Services) => Promise<unknown>> = {
    'R6 a billing admin leaves': (process) => removeMember(process, { ...here(), userId: 'bea' }),
    // A new avatar alone: what follows elsewhere from a new name is another transaction (R14).
    'R7 a requester becomes an owner, with a new avatar': (process) =>
      syncMember(process, { ...here(), user: { ...mia, avatarUrl: `https://example.com/${count}` }, role: 'OWNER' }),
    'R8 somebody new joins who was invited': (process) =>
      syncMember(process, { ...here(), user: { ...someone, id: `nils-${count}` }, role: 'OWNER' }),
    'R11 an owner adds a requester': (process) =>
      addBillingAdmin(process, { ...here(), actorId: 'olivia', userId: 'mia', expectedVersion: null }),
    'R11 an owner approves': async (process) => {
      const { id } = await requestBillingAccess(services, { ...here(), actorId: 'mia', reason: null });
      return approveBillingAccessRequest(process, { ...here(), actorId: 'olivia', requestId: id });
    },
  };

  test.each(Object.keys(calls))('E1 %s', async (name) => {
    await acme.invites('inv-1', someone.email);
    await requestBillingAccess(services, { ...here(), actorId: 'mia', reason: null });
    const before = await stateOf(services, acme.id);
    let told = 0;
    let statement = 0;
    for (let failed = true; failed;) {
      statement += 1;
      const process = failingAtStatement(services, statement, () => (told += 1));
      failed = await calls[name]!(process).then(
        () => false,
        (error: unknown) => {
          if (error instanceof Crash) return true;
          throw error;
        },
      );
      if (failed) {
        expect(await stateOf(services, acme.id)).toEqual(before);
        expect(told).toBe(0);
      }
    }
    // The lock, at least one read and one write, the log and the organization's counts.
    expect(statement).toBeGreaterThan(5);
    expect(told).toBe(1);
    expect(await stateOf(services, acme.id)).not.toEqual(before);
  });
});

describe('E4 the notification of a change', () => {
  test('E4 comes once for each change that has committed, with its log position', async () => {
    const [before] = await logPositionsOf(services.database.reader, [acme.id]);
    await acme.adds('mia', 'olivia');
    await acme.hasOwner('bea');
    const start = before?.sequence ?? 0;
    expect(heard).toEqual([start + 1, start + 3]);
  });

  test('E4 comes only after the commit: its receiver can read the change', async () => {
    const reads: Promise<number>[] = [];
    const stop = await watchesNews((sequence) =>
      reads.push(logOf(services, acme.id).then((log) => log.length - sequence)),
    );
    for (let round = 0; round < 10; round++) {
      await acme.adds('mia', 'olivia');
      await acme.removes('mia', 'olivia');
    }
    stop();
    expect(reads).toHaveLength(20);
    expect((await Promise.all(reads)).every((ahead) => ahead >= 0)).toBe(true);
  });

  test('E4 does not come while the change is still open', async () => {
    let heardInside: number[] | null = null;
    await services.transactions.run(acme.id, async (transaction) => {
      transaction.append({ kind: 'PROFILE_CHANGED', subjectId: 'mia' });
      await transaction.writer.rows('SELECT 1');
      heardInside = [...heard];
    });
    expect(heardInside).toEqual([]);
    expect(heard).toHaveLength(1);
  });

  test('R4 does not come for a repeat or a refusal', async () => {
    await acme.adds('bea', 'olivia');
    await acme.hasMember('mia');
    expect(await refusalOf(acme.adds('oscar', 'olivia'))).toBe('OWNER_HAS_ACCESS_BY_DEFAULT');
    expect(await refusalOf(acme.adds('nobody', 'olivia'))).toBe('NOT_A_MEMBER');
    expect(await refusalOf(acme.adds('mia', 'bea'))).toBe('FORBIDDEN');
    expect(heard).toEqual([]);
  });

  test('E4 a change that others wait for is told before theirs, in the order of the log', async () => {
    await inThisOrder(
      services,
      { of: 'organizations', id: acme.id },
      () => acme.adds('mia', 'olivia'),
      () => acme.adds('ada', 'olivia'),
      () => acme.loses('mia'),
    );
    expect(heard).toEqual([...heard].sort((one, other) => one - other));
    expect(heard.length).toBeGreaterThan(0);
  });
});

describe('A8 a change that has committed', () => {
  test('A8 is what the next read finds, on whichever connection it is made', async () => {
    for (let round = 0; round < 20; round++) {
      await acme.adds('mia', 'olivia');
      const read = () =>
        services.database.reader.rows<{ billingRole: string }>(
          "SELECT standing AS billingRole FROM members WHERE organization_id = ? AND user_id = 'mia'",
          [acme.id],
        );
      const billingRoles = await Promise.all(Array.from({ length: 10 }, read));
      expect(billingRoles.flat().every(({ billingRole }) => billingRole === 'BILLING_ADMIN')).toBe(true);
      await acme.removes('mia', 'olivia');
    }
  });

  // SQLite has no connection that could be lost.
  if (engine === 'mysql')
    test('E1 a connection that is lost in the middle takes the change with it, and the next change succeeds', async () => {
      const before = await stateOf(services, acme.id);
      const call = services.transactions.run(acme.id, async (transaction) => {
        await changeMuch(transaction);
        const [row] = await transaction.writer.rows<{ id: number }>('SELECT CONNECTION_ID() AS id');
        await services.database.reader.rows(`KILL CONNECTION ${row?.id}`);
      });
      await expect(call).rejects.toThrow(Unavailable);
      expect(await stateOf(services, acme.id)).toEqual(before);
      expect(heard).toEqual([]);
      expect(await acme.adds('mia', 'olivia')).toMatchObject({ changed: true });
    });
});
