import { getNamedType, isObjectType } from 'graphql';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { removeUser } from '../../src/actions/directory/remove-user';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { buildSchema } from '../../src/graphql/schema';
import { buying, requestOf } from '../kits/billing/buying';
import { paying } from '../kits/billing/paying';
import { organization } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';

interface Shown {
  readonly name: string;
  readonly email: string;
  readonly avatarUrl: string | null;
}

/** The relations of three persons to each organization: each is named in different places. */
const PERSONS = ['owner', 'admin', 'mate'] as const;
type Person = (typeof PERSONS)[number];

const PERSON = '{ id name email avatarUrl }';

type Ask = (id: string) => Promise<Data>;
const ask = async (id: string, query: string): Promise<Data> => {
  const { data, errors } = await service.as('olivia')(query, { id });
  expect(errors).toBeUndefined();
  return data!;
};
const inOrganization =
  (selection: string): Ask =>
  async (id) =>
    (await ask(id, `query ($id: ID!) { organization(id: $id) { ${selection} } }`)).organization as Data;
const roster = inOrganization(`billingAdmins { owners ${PERSON} admins { user ${PERSON} addedBy ${PERSON} }
  eligibleTeammates { nodes ${PERSON} edges { node ${PERSON} } } }`);
const activity = inOrganization(`billing { activity(first: 100) { nodes { kind summary actor ${PERSON} } } }`);
const usage = inOrganization(
  `billing { usage(from: "2026-01-01", to: "2026-12-31", groupBy: USER) { entries { key user ${PERSON} } } }`,
);
const purchases = inOrganization(`billing { purchaseRequests { requestedBy ${PERSON} decidedBy ${PERSON} } }`);
const past: Ask = (id) =>
  ask(
    id,
    `query ($id: ID!) { billingAdminsAt(organizationId: $id, at: "${new Date(START + DAY).toISOString()}") {
      owners { user ${PERSON} } admins { user ${PERSON} givenBy ${PERSON} } } }`,
  );
const requests: Ask = (id) =>
  ask(id, `query ($id: ID!) { billingAccessRequests(organizationId: $id) { user ${PERSON} } }`);
/** Every roster change since olivia came, as one who catches up is told. */
const changes: Ask = async (id) => {
  const client = connect(service, await service.token('olivia'));
  const query = `subscription ($id: ID!, $after: SafeInt) { billingAdminRosterChanged(organizationId: $id, afterVersion: $after) {
    version change { kind user ${PERSON} actor ${PERSON} } roster { version } } }`;
  const events = new Events(client, query, { id, after: 1 });
  const all = await events.through(({ data }) => {
    const { version, roster } = data!.billingAdminRosterChanged;
    return version === roster.version;
  });
  await client.dispose();
  return { changes: all.map(({ data }) => data!.billingAdminRosterChanged.change as Data) };
};

const asHost = async (scope: string, query: string, variables: Record<string, unknown>): Promise<Data> => {
  const token = await service.token('back-end', { scopes: [scope] });
  const { data, errors } = await service.send(token, query, variables);
  expect(errors).toBeUndefined();
  return data!;
};
const directory: Ask = (id) =>
  asHost(
    'directory:read',
    `query ($id: ID!) { directoryOrganization(id: $id) { members { nodes { user ${PERSON} } } } }`,
    {
      id,
    },
  );
/** Removed by a full sync that names only olivia. */
const removals: Ask = async (id) => {
  const change = (query: string, input: object) => asHost('directory:write', query, { input });
  const start = 'mutation ($input: OrganizationInput!) { startDirectorySync(input: $input) { syncId } }';
  const { syncId } = (await change(start, { organizationId: id })).startDirectorySync as { syncId: string };
  const olivia = { id: 'olivia', name: 'Name of olivia', email: 'olivia@example.com' };
  await change('mutation ($input: SyncMembersInput!) { syncMembers(input: $input) { results { changed } } }', {
    ...{ organizationId: id, syncId, members: [{ role: 'OWNER', user: olivia }] },
  });
  const finish = `mutation ($input: FinishDirectorySyncInput!) { finishDirectorySync(input: $input) { removals ${PERSON} } }`;
  return change(finish, { organizationId: id, syncId, dryRun: true });
};

/**
 * Everywhere that a person is shown: by which query, which of the three, and where. `else` says what is there for a person without a name:
 * only an id, null, or no entry because only members are in the list.
 */
const PLACES: Record<string, { by: Ask; who: Person; else: 'ID' | 'NULL' | 'ABSENT'; pick: (data: Data) => Data[] }> = {
  'BillingAdminRoster.owners': { by: roster, who: 'owner', else: 'ABSENT', pick: (d) => d.billingAdmins.owners },
  'BillingAdmin.user': {
    by: roster,
    who: 'admin',
    else: 'ABSENT',
    pick: (d) => (d.billingAdmins.admins as Data[]).map(({ user }: Data) => user as Data),
  },
  'BillingAdmin.addedBy': {
    by: roster,
    who: 'owner',
    else: 'NULL',
    pick: (d) => [(d.billingAdmins.admins as Data[]).find(({ user }: Data) => user.id === 'mia')!.addedBy],
  },
  'UserConnection.nodes': {
    by: roster,
    who: 'mate',
    else: 'ABSENT',
    pick: (d) => d.billingAdmins.eligibleTeammates.nodes,
  },
  'UserEdge.node': {
    by: roster,
    who: 'mate',
    else: 'ABSENT',
    pick: (d) => (d.billingAdmins.eligibleTeammates.edges as Data[]).map(({ node }: Data) => node as Data),
  },
  'BillingAccessRequest.user': {
    by: requests,
    who: 'mate',
    else: 'ABSENT',
    pick: (d) => (d.billingAccessRequests as Data[]).map(({ user }: Data) => user as Data),
  },
  'RosterChange.user': {
    by: changes,
    who: 'mate',
    else: 'ID',
    pick: (d) => (d.changes as Data[]).map(({ user }: Data) => user as Data),
  },
  'RosterChange.actor': {
    by: changes,
    who: 'owner',
    else: 'NULL',
    pick: (d) => [
      (d.changes as Data[]).find(({ kind, user }: Data) => kind === 'ADMIN_ADDED' && user.id === 'mia')!.actor,
    ],
  },
  'BillingActivity.actor': {
    by: activity,
    who: 'owner',
    else: 'NULL',
    pick: (d) => [additionOfMia(d).actor],
  },
  'PastBillingAccess.user': {
    by: past,
    who: 'owner',
    else: 'ID',
    pick: (d) => (d.billingAdminsAt.owners as Data[]).map(({ user }: Data) => user as Data),
  },
  'PastBillingAccess.givenBy': {
    by: past,
    who: 'owner',
    else: 'NULL',
    pick: (d) => [(d.billingAdminsAt.admins as Data[]).find(({ user }: Data) => user.id === 'mia')!.givenBy],
  },
  'PurchaseRequest.requestedBy': {
    by: purchases,
    who: 'admin',
    else: 'NULL',
    pick: (d) => [d.billing.purchaseRequests[0].requestedBy],
  },
  'PurchaseRequest.decidedBy': {
    by: purchases,
    who: 'owner',
    else: 'NULL',
    pick: (d) => [d.billing.purchaseRequests[0].decidedBy],
  },
  'UsageEntry.user': {
    by: usage,
    who: 'mate',
    else: 'NULL',
    pick: (d) => [(d.billing.usage.entries as Data[]).find(({ key }: Data) => /mate/.test(key as string))!.user],
  },
  'DirectoryMember.user': {
    by: directory,
    who: 'mate',
    else: 'ABSENT',
    pick: (d) => (d.directoryOrganization.members.nodes as Data[]).map(({ user }: Data) => user as Data),
  },
  'FinishDirectorySyncPayload.removals': {
    by: removals,
    who: 'mate',
    else: 'ABSENT',
    pick: (d) => d.finishDirectorySync.removals,
  },
};

/** The entry about mia, added by the owner. */
function additionOfMia({ billing }: Data): Data {
  const nodes = billing.activity.nodes as Data[];
  return nodes.find(({ summary }) => (summary as string).endsWith(' added Name of mia as a billing admin.'))!;
}

/** Shows only the viewer's own profile, and no organization's. */
const OWN = ['Viewer.user'];

/** What happens to each of the three after everything that names them, and how they are then shown; null: without a name. */
const STATES: Record<string, State> = {
  'a member': { happens: async () => undefined, shown: 'then', isMember: true },
  'a member whose profile another organization has changed': {
    happens: (who) => who.isIn('elsewhere', 'elsewhere'),
    shown: 'elsewhere',
    isMember: true,
  },
  'who left': { happens: (who) => who.leaves(), shown: 'then', isMember: false },
  'who left, and has another profile elsewhere': {
    happens: async (who) => {
      await who.leaves();
      await who.isIn('elsewhere', 'elsewhere');
    },
    shown: 'then',
    isMember: false,
  },
  'who got another profile elsewhere, and left with it': {
    happens: async (who) => {
      await who.isIn('elsewhere', 'elsewhere');
      await who.leaves();
      await who.isIn('elsewhere', 'later');
    },
    shown: 'elsewhere',
    isMember: false,
  },
  'who left everywhere': {
    happens: async (who) => {
      await who.leaves();
      await who.isIn('elsewhere', 'elsewhere');
      await who.leaves('elsewhere');
    },
    shown: 'then',
    isMember: false,
  },
  'who was removed': { happens: (who) => who.isRemoved(), shown: null, isMember: false },
  'who left and was removed later': {
    happens: async (who) => {
      await who.leaves();
      await who.isIn('elsewhere', 'elsewhere');
      await who.isRemoved();
    },
    shown: null,
    isMember: false,
  },
  'who left, was removed, and is known again elsewhere': {
    happens: async (who) => {
      await who.leaves();
      await who.isRemoved();
      await who.isIn('elsewhere', 'elsewhere');
    },
    shown: null,
    isMember: false,
  },
  'who came back': {
    happens: async (who) => {
      await who.leaves();
      await who.isIn('elsewhere', 'elsewhere');
      await who.isIn('here', 'later');
    },
    shown: 'later',
    isMember: true,
  },
  'who came back, and left by another name': {
    happens: async (who) => {
      await who.leaves();
      await who.isIn('here', 'later');
      await who.leaves();
      await who.isIn('elsewhere', 'elsewhere');
    },
    shown: 'later',
    isMember: false,
  },
};

interface State {
  readonly happens: (who: Told) => Promise<unknown>;
  readonly shown: Profile | null;
  readonly isMember: boolean;
}

type Profile = 'then' | 'elsewhere' | 'later';

interface Told {
  isIn(where: 'here' | 'elsewhere', profile: Profile): Promise<unknown>;
  leaves(where?: 'here' | 'elsewhere'): Promise<unknown>;
  isRemoved(): Promise<unknown>;
}

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 1);
const clock = { now: START };
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ clock: () => clock.now });
});
afterAll(() => service.close());

/** Of each profile nothing is like another's, so that each is known wherever it turns up. */
const profileOf = (id: string, profile: Profile) => ({
  id,
  name: `${profile} ${id}`,
  email: `${profile}.${id}@example.com`,
  avatarUrl: `https://${profile}.example/${id}.png`,
});

let organizations = 0;

/** An organization in which all three have been named everywhere; days later, whatever `happens` does to each of them. */
async function arrange({ happens, isMember }: State) {
  const id = `org-${++organizations}`;
  const { services } = service;
  clock.now = START;
  const [here, elsewhere] = [organization(services, id), organization(services, `elsewhere-${id}`)];
  for (const each of [here, elsewhere]) await each.exists();
  await here.hasOwner('olivia');
  const ids = Object.fromEntries(PERSONS.map((who) => [who, `${who}-${id}`])) as Record<Person, string>;
  await here.hasProfile(profileOf(ids.owner, 'then'), 'OWNER');
  await here.hasProfile(profileOf(ids.admin, 'then'));
  await here.hasProfile(profileOf(ids.mate, 'then'));
  await here.hasMember('mia');
  // Who came back is no billing admin any more, and asks for nothing.
  const namesAgain = async () => {
    await here.adds(ids.admin, 'olivia');
    await requestBillingAccess(services, { actorId: ids.mate, organizationId: id, reason: null });
  };
  await namesAgain();
  await here.adds('mia', ids.owner);
  await usedBy(id, ids.mate);
  const policy = buying(services, id);
  await policy.allows(0, null);
  const asks = paying(services, service.payer, id).asksFor(ids.admin, 'starter', 'MONTHLY');
  await policy.declines(ids.owner, (await requestOf(asks)).id);

  clock.now = START + 2 * DAY;
  for (const who of PERSONS) {
    const role = who === 'owner' ? 'OWNER' : 'MEMBER';
    const place = (where: 'here' | 'elsewhere') => (where === 'here' ? here : elsewhere);
    await happens({
      isIn: (where, profile) => place(where).hasProfile(profileOf(ids[who], profile), role),
      leaves: (where = 'here') => place(where).loses(ids[who]),
      isRemoved: () => removeUser(services, { userId: ids[who] }),
    });
  }
  if (isMember) await namesAgain();
  return { id, ids };
}

const usedBy = (organizationId: string, userId: string) =>
  recordUsage(service.services, [
    { organizationId, userId, feature: 'search', credits: 1, occurredAt: null, idempotencyKey: userId },
  ]);

test('A10 every field that shows a person has a place here', () => {
  const schema = buildSchema();
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ type: ofField }) => getNamedType(ofField).name === 'User')
        .map(({ name }) => `${type.name}.${name}`),
    );
  expect(fields.sort()).toEqual([...Object.keys(PLACES), ...OWN].sort());
});

describe.each(Object.entries(STATES))('A10 R13 R14 somebody %s', (_state, state) => {
  const { shown, isMember } = state;
  let id: string;
  let ids: Record<Person, string>;

  beforeAll(async () => {
    ({ id, ids } = await arrange(state));
  });

  const expected = (userId: string): Shown & { id: string } => {
    if (shown === null) return { id: userId, name: 'Former member', email: '', avatarUrl: null };
    const profile = profileOf(userId, shown);
    return isMember ? profile : { ...profile, email: '', avatarUrl: null };
  };

  test.each(Object.entries(PLACES))('is shown so by %s', async (_place, place) => {
    const userId = ids[place.who];
    const all = place.pick(await place.by(id));
    const found = all.filter((user) => user === null || user.id === userId);
    if (place.else === 'ABSENT' && !isMember) return expect(found).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
    for (const user of found) expect(user).toEqual(shown !== null || place.else === 'ID' ? expected(userId) : null);
  });

  test('is named so in the sentences of the activity, and no answer holds anything else of them', async () => {
    const told = await activity(id);
    const sentences = (told.billing.activity.nodes as Data[]).map(({ summary }) => summary as string);
    const [owner, mate] =
      shown === null ? ['A former owner', 'A former member'] : [`${shown} ${ids.owner}`, `${shown} ${ids.mate}`];
    expect(additionOfMia(told).summary).toBe(`${owner} added Name of mia as a billing admin.`);
    expect(sentences).toContain(`${mate} joined the organization.`);

    const asked = [...new Set(Object.values(PLACES).map(({ by }) => by))];
    const text = JSON.stringify(await Promise.all(asked.map((by) => by(id))));
    for (const profile of ['then', 'elsewhere', 'later'] as const)
      for (const who of PERSONS) {
        const { name, email, avatarUrl } = profileOf(ids[who], profile);
        expect([name, text.includes(name)]).toEqual([name, profile === shown]);
        const isWhole = profile === shown && isMember;
        for (const value of [email, avatarUrl]) expect([value, text.includes(value)]).toEqual([value, isWhole]);
      }
  });
});

describe('A10 somebody who was never a member', () => {
  let id: string;
  const stranger = profileOf('stranger', 'elsewhere');

  /** No call writes such entries; whatever else a log names is treated alike. */
  beforeAll(async () => {
    ({ id } = await arrange(STATES['a member']!));
    const other = organization(service.services, 'of-strangers');
    await other.exists();
    await other.hasProfile(stranger, 'OWNER');
    await usedBy(id, 'stranger');
    await service.services.transactions.run(id, async (transaction) => {
      transaction.append({ kind: 'OWNER_ADDED', subjectId: 'stranger' });
      transaction.append({ kind: 'ADMIN_ADDED', subjectId: 'mia', actorId: 'stranger' });
      await transaction.writer.run(
        "UPDATE members SET granted_by = 'stranger' WHERE organization_id = ? AND user_id = 'mia'",
        [id],
      );
    });
  });

  test('has no name anywhere', async () => {
    const asked = [...new Set(Object.values(PLACES).map(({ by }) => by))];
    const text = JSON.stringify(await Promise.all(asked.map((by) => by(id))));
    expect(text).toContain('stranger');
    for (const value of [stranger.name, stranger.email, stranger.avatarUrl]) expect(text).not.toContain(value);
    expect(text).toContain('A former member became an owner.');
    expect(((await changes(id)).changes as Data[]).at(-2)!.user).toEqual({
      id: 'stranger',
      name: 'Former member',
      email: '',
      avatarUrl: null,
    });
    expect(((await changes(id)).changes as Data[]).at(-1)!.actor).toBeNull();
    expect(PLACES['BillingAdmin.addedBy']!.pick(await roster(id))).toEqual([null]);
  });
});

test('A10 a viewer sees their own profile, whatever organizations they have left', async () => {
  const { ids } = await arrange(STATES['who left, and has another profile elsewhere']!);
  const { data } = await service.as(ids.owner)(`{ viewer { user ${PERSON} } }`);
  expect(data).toEqual({ viewer: { user: profileOf(ids.owner, 'elsewhere') } });
});
