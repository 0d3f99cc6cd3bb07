import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

/** A8's bound: access that was read longer ago is read again before the answer leaves. */
const LONG = 251;
const SHORT = 250;

let now = 0;
/** What happens, once each, between the execution of an operation and its answer. */
let events: (() => Promise<unknown>)[] = [];
let executions = 0;

const heldExecution = async (args: ExecutionArgs): Promise<ExecutionResult> => {
  const result = await execute(args);
  executions += 1;
  await events.shift()?.();
  return result;
};

let service: TestService;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let organizations = 0;

beforeAll(async () => {
  service = await startTestService({ execute: heldExecution, monotonicClock: () => now });
});
afterAll(() => service.close());
beforeEach(async () => {
  acme = await seedAcme(service.services, `acme-${(organizations += 1)}`);
  events = [];
  executions = 0;
});

type Operate = (who: string, query: string, variables?: Data) => Promise<Data>;

const overHttp: Operate = async (who, query, variables) => service.as(who)(query, variables);

const overSocket: Operate = async (who, query, variables) => {
  const socket = await RawSocket.signIn(service, await service.token(who));
  socket.operate(query, variables);
  const { payload } = await socket.next();
  socket.terminate();
  return payload!;
};

const transports: [string, Operate][] = [
  ['HTTP', overHttp],
  ['a socket', overSocket],
];

/** Something that happens while the answer is on its way, which takes so long. */
const whileHeld = (event: () => Promise<unknown>, milliseconds = LONG) =>
  events.push(async () => {
    await event();
    now += milliseconds;
  });

const codes = ({ errors = [] }: Data): string[] =>
  (errors as { path?: string[]; extensions: { code: string } }[]).map(
    ({ path, extensions }) => `${path?.join('.') ?? ''} ${extensions.code}`,
  );

const ORGANIZATION = `query ($id: ID!) { organization(id: $id) {
  id billingAdmins { owners { email } eligibleTeammates { nodes { email } } } } }`;

const ADD = `mutation ($id: ID!, $userId: ID!) {
  added: addBillingAdmin(input: { organizationId: $id, userId: $userId }) { changed roster { admins { user { email } } } } }`;

describe.each(transports)('over %s', (_, operate) => {
  test('A8 a query whose viewer is removed while its answer is held is answered like one of a stranger', async () => {
    whileHeld(() => acme.loses('olivia'));
    expect(await operate('olivia', ORGANIZATION, { id: acme.id })).toMatchObject({ data: { organization: null } });
  });

  test('A8 a query whose viewer is demoted while its answer is held is answered as to what they are now', async () => {
    whileHeld(() => acme.hasMember('olivia'));
    const answer = await operate('olivia', ORGANIZATION, { id: acme.id });
    expect(answer.data.organization).toMatchObject({ id: acme.id, billingAdmins: { eligibleTeammates: null } });
    expect(codes(answer)).toEqual(['organization.billingAdmins.eligibleTeammates FORBIDDEN']);
  });

  test('A8 the organizations of a viewer who is removed from one while the answer is held do not name it', async () => {
    const other = await seedAcme(service.services, `other-${organizations}`);
    whileHeld(() => acme.loses('mia'));
    const { data } = await operate('mia', '{ viewer { organizations { id } } }');
    const ids = (data.viewer.organizations as { id: string }[]).map(({ id }) => id);
    expect(ids).toContain(other.id);
    expect(ids).not.toContain(acme.id);
  });

  test('A8 a mutation whose actor is demoted while its answer is held has run once, and says so without its result', async () => {
    whileHeld(() => acme.hasMember('olivia'));
    const answer = await operate('olivia', ADD, { id: acme.id, userId: 'mia' });
    expect(answer.data).toEqual({ added: null });
    expect(answer.errors).toMatchObject([
      {
        path: ['added'],
        message: 'The call was carried out, but you no longer have access to its result.',
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    const { data } = await overHttp(
      'oscar',
      '{ organization(id: "' + acme.id + '") { billingAdmins { version admins { user { id } } } } }',
    );
    // Eight changes of the seed, the addition, and the demotion.
    expect(data.organization.billingAdmins.version).toBe(10);
    expect(data.organization.billingAdmins.admins).toContainEqual({ user: { id: 'mia' } });
  });

  test('A8 of the fields of a mutation those alone are withheld whose permission is lost; each has run once', async () => {
    const other = await seedAcme(service.services, `other-${organizations}`);
    whileHeld(() => acme.hasMember('olivia'));
    const answer = await operate(
      'olivia',
      `mutation ($here: ID!, $there: ID!) {
        refused: addBillingAdmin(input: { organizationId: "nowhere", userId: "mia" }) { changed }
        here: addBillingAdmin(input: { organizationId: $here, userId: "mia" }) { changed }
        there: addBillingAdmin(input: { organizationId: $there, userId: "mia" }) { changed roster { version } }
      }`,
      { here: acme.id, there: other.id },
    );
    expect(answer.data).toEqual({ refused: null, here: null, there: { changed: true, roster: { version: 9 } } });
    expect(codes(answer)).toEqual(['refused FORBIDDEN', 'here FORBIDDEN']);
    expect(answer.errors[0].message).toBe('You do not have access to this.');
  });

  test('A8 a mutation that the directive has refused does not run when the viewer gets the permission later', async () => {
    whileHeld(() => acme.hasOwner('mia'));
    const answer = await operate('mia', ADD, { id: acme.id, userId: 'ada' });
    expect(answer.data).toEqual({ added: null });
    expect(codes(answer)).toEqual(['added FORBIDDEN']);
    const { data } = await overHttp('oscar', ORGANIZATION, { id: acme.id });
    expect(JSON.stringify(data.organization.billingAdmins.eligibleTeammates)).toContain('ada@');
  });

  test('A8 an answer is made again at most twice: whose access changes each time is told to come back', async () => {
    whileHeld(() => acme.hasMember('olivia'));
    whileHeld(() => acme.hasOwner('olivia'));
    whileHeld(() => acme.loses('olivia'));
    const answer = await operate('olivia', ORGANIZATION, { id: acme.id });
    expect(answer.data).toBeNull();
    expect(codes(answer)).toEqual([' SERVICE_UNAVAILABLE']);
    expect(executions).toBe(3);
  });

  test('A8 access that was read a moment ago is not read again; later it is, in one statement', async () => {
    const reads = async (milliseconds: number) => {
      let before = 0;
      whileHeld(async () => (before = service.statements.length), milliseconds);
      executions = 0;
      const answer = await operate('olivia', ORGANIZATION, { id: acme.id });
      expect(codes(answer)).toEqual([]);
      expect(executions).toBe(1);
      return service.statements.slice(before);
    };
    expect(await reads(SHORT)).toEqual([]);
    const [statement, ...rest] = await reads(LONG);
    expect(statement).toContain('members');
    expect(rest).toEqual([]);
  });

  test('A8 what needs no access to an organization is never asked about again', async () => {
    let before = 0;
    whileHeld(async () => (before = service.statements.length));
    expect(await operate('olivia', '{ viewer { id user { id } } plans { key } }')).toMatchObject({
      data: { viewer: { id: 'olivia' } },
    });
    expect(service.statements.slice(before)).toEqual([]);
  });
});
