import { type DocumentNode, execute, type GraphQLError, type OperationDefinitionNode, parse, validate } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { SERVICE_SCOPES } from '../../src/server/limits/request-rates';
import { createShares } from '../../src/graphql/sharing/shares';
import type { LogPosition } from '../../src/domain/log/log-position';
import { logPositionsOf } from '../../src/store/organizations';
import { engine } from '../kits/service/database-url';
import { type Operation, operationsOf, subscriptionOf } from '../kits/fuzz/documents';
import { oneOf } from '../kits/fuzz/values';
import { type Random, withRandom } from '../kits/basics/random';
import { type Message, RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

/** How many answers of each kind are compared; a long run sets more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const LONG = Math.max(120_000, RUNS * 60);

const SCHEMA = buildSchema();

/** So many operations of so few people, as large as they come, are within every limit. */
const WITHOUT_LIMITS = {
  USER_RATE_LIMIT: '1000000000',
  SERVICE_RATE_LIMIT: '1000000000',
  ADDRESS_RATE_LIMIT: '1000000000',
  LIVE_COST_LIMIT: '1000000000',
  OPERATION_COST_LIMIT: '10000000',
  SERVICE_COST_LIMIT: '10000000',
  SOCKET_OPERATION_LIMIT: '10000',
  SOCKET_MESSAGE_LIMIT: '100000',
  DOCUMENT_ALIAS_LIMIT: '10000',
  DOCUMENT_DIRECTIVE_LIMIT: '10000',
  DOCUMENT_TOKEN_LIMIT: '100000',
  DOCUMENT_DEPTH_LIMIT: '100',
};

type Position = 'version' | 'sequence';

const STREAMS = {
  roster: { field: 'billingAdminRosterChanged', resume: 'afterVersion', position: 'version' },
  billing: { field: 'billingChanged', resume: 'afterSequence', position: 'sequence' },
} as const;

/** An organization is much asked for, and what the others say of it is often about somebody in it. */
const idsIn = (organizationId: string) => [
  ...Array.from({ length: 12 }, () => organizationId),
  'olivia',
  'mia',
  'bea',
  'ada',
  'starter',
  'pro',
  'pack_1000',
  'nobody',
];

describe('planned execution and graphql-js', () => {
  /** Two services that are told the same at the same moments, of which one executes with graphql-js only. */
  let twins: readonly TestService[];
  let now = Date.now();

  beforeAll(async () => {
    const options = { clock: () => now, environment: WITHOUT_LIMITS };
    twins = [await startTestService(options), await startTestService({ ...options, execute })];
  });
  afterAll(() => Promise.all(twins.map((service) => service.close())));

  /** Where several connections answer, it is chance which of the fields that wait for them fails first. */
  const inOrder = (errors: readonly GraphQLError[] = []) =>
    engine === 'sqlite' ? errors : [...errors].sort((one, other) => placeOf(one).localeCompare(placeOf(other)));
  const placeOf = ({ path, message }: GraphQLError) => JSON.stringify([path, message]);

  /** Made up by each service for itself: its address, and ids that nobody can guess. */
  const withoutOwn = (text: string, { address }: TestService) =>
    text
      .replaceAll(address, 'ADDRESS')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
      .replace(/\b(cs|ps|pm|ch|in|sub|cus|portal|checkout|session)_[\w-]{32}/g, '$1_RANDOM');

  test(
    `answer ${RUNS} generated queries and mutations to the byte alike`,
    () =>
      withRandom(async (random) => {
        let answered = 0;
        for (let run = 0; run < RUNS; run++) {
          // Mutations leave little of an organization.
          const id = `acme-${Math.floor(run / 50)}`;
          if (run % 50 === 0) for (const service of twins) await seedAcme(service.services, id);
          now += 1;
          const write = operationsOf(SCHEMA, random, idsIn(id));
          let operation: Operation;
          // Each service publishes its feed in its own time, so that what asks for it is no run.
          do operation = write(random() < 0.6 ? 'query' : 'mutation');
          while (operation.query.includes('hostEvents'));
          const signedIn = oneOf(random, ['olivia', 'olivia', 'bea', 'mia', 'stranger', 'host', null])!;
          const scopes = signedIn === 'host' ? SERVICE_SCOPES : [];
          const told: string[] = [];
          for (const service of twins) {
            const token = signedIn && (await service.token(signedIn, { scopes }));
            const answer = await service.send(token, operation.query, operation.variables);
            if (told.length === 0 && answer.data && Object.values(answer.data).some(Boolean)) answered += 1;
            told.push(withoutOwn(JSON.stringify({ ...answer, errors: inOrder(answer.errors) }), service));
            service.statements.length = 0;
          }
          if (told[0] !== told[1])
            throw new Error(
              `${signedIn} asked: ${JSON.stringify(operation)}\nplanned: ${told[0]}\ngraphql-js: ${told[1]}`,
            );
          if (run > 0 && run % 5_000 === 0) process.stderr.write(`${run} of ${RUNS}, ${answered} with data\n`);
        }
        // Alike are two refusals too: a good part of the answers holds something.
        expect(answered).toBeGreaterThan(RUNS / 4);
      }),
    LONG,
  );
});

describe('an answer that is shared and one of one’s own', () => {
  let service: TestService;
  const shares = createShares(SCHEMA);
  const PEOPLE = ['olivia', 'oscar', 'ada', 'mia', 'bea', 'zoe'];
  /** At the same time, each with two sets of variables by everybody, and with answers of their own besides. */
  const DOCUMENTS = 10;

  // Some responses contain the time at which they were made. So the clock moves only between changes.
  let time = Date.now();

  beforeAll(async () => {
    service = await startTestService({ clock: () => time, environment: WITHOUT_LIMITS });
  });
  afterAll(() => service.close());

  /** A generated subscription of this organization, which also tells its position. */
  function generated(random: Random, id: string, present: LogPosition) {
    for (;;) {
      const stream = random() < 0.6 ? STREAMS.roster : STREAMS.billing;
      const { field, resume, position } = stream;
      // One from the present tells nothing at first, and one from the future is refused.
      const after = oneOf(random, [
        null,
        null,
        0,
        present[position] - 1,
        present[position] - 2,
        present[position] + 100,
      ]);
      const args = `organizationId: ${JSON.stringify(id)}${after === null ? '' : `, ${resume}: ${after}`}`;
      const asked = { field, args, always: `at: ${position}` };
      const payload = subscriptionOf(SCHEMA, random, idsIn(id), asked);
      const document = validDocument(payload.query);
      if (!document) continue;
      const [operation] = document.definitions as [OperationDefinitionNode];
      const isShared = shares(document, operation, payload.variables) !== null;
      return [payload, { ...payload, variables: changed(payload.variables) }].map((each) => ({
        payload: each,
        isShared,
        position,
      }));
    }
  }

  function validDocument(query: string): DocumentNode | null {
    try {
      const document = parse(query);
      return validate(SCHEMA, document).length > 0 ? null : document;
    } catch {
      return null;
    }
  }

  /** Other variables of the same document. */
  const changed = (variables: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === 'boolean' ? !value : typeof value === 'number' ? 3 : value,
      ]),
    );

  /** How far an organization's log has come. */
  const presentOf = async (id: string) => (await logPositionsOf(service.services.database.reader, [id]))[0]!;

  /** What one person is told on one socket, by the operation's id. */
  class Watcher {
    readonly told = new Map<string, string[]>();
    /** Up to where each subscription that goes on has told. */
    private readonly at = new Map<string, { readonly position: Position; at: number }>();

    constructor(
      private readonly socket: RawSocket,
      readonly tellsCost: boolean,
    ) {}

    watch(id: string, payload: object, position: Position): void {
      this.told.set(id, []);
      this.at.set(id, { position, at: 0 });
      this.socket.say({
        type: 'subscribe',
        id,
        payload: { ...payload, ...(this.tellsCost && { extensions: { cost: true } }) },
      });
    }

    /** Until each subscription that goes on has told of this. */
    async through(present: LogPosition): Promise<void> {
      while ([...this.at.values()].some(({ position, at }) => at < present[position])) {
        const { type, id, payload } = (await this.socket.next()) as Message & { id: string };
        if (type === 'next') {
          const { extensions: _cost, ...answer } = payload!;
          this.told.get(id)!.push(JSON.stringify(answer));
          if (answer.data) this.at.get(id)!.at = answer.data.asked.at as number;
        } else {
          this.told.get(id)!.push(type);
          this.at.delete(id);
        }
      }
    }

    end(): void {
      this.socket.terminate();
    }
  }

  test(
    `are the same to the byte, in ${RUNS} events of generated subscriptions`,
    () =>
      withRandom(async (random) => {
        let compared = 0;
        let shared = 0;
        for (let round = 0; compared < RUNS; round++) {
          const acme = await seedAcme(service.services, `acme-${round}`);
          for (const member of ['zoe', 'max']) await acme.hasMember(member);
          // Those who resume from shortly before the present are told something in both streams.
          await acme.hasOrgAdmin('max');
          await acme.hasMember('max');
          const present = await presentOf(acme.id);
          let isAdmin = false;
          const documents = Array.from({ length: DOCUMENTS }, () => generated(random, acme.id, present)).flat();
          const pairs = await Promise.all(
            PEOPLE.map(async (person) => {
              const token = await service.token(person);
              const watcher = async (tellsCost: boolean) =>
                new Watcher(await RawSocket.signIn(service, token), tellsCost);
              return { person, common: await watcher(false), own: await watcher(true) };
            }),
          );
          const watchers = pairs.flatMap(({ common, own }) => [common, own]);
          for (const watcher of watchers)
            documents.forEach(({ payload, position }, index) => watcher.watch(String(index), payload, position));
          await Promise.all(watchers.map((watcher) => watcher.through(present)));
          const changes = [
            () => acme.adds('mia', 'olivia'),
            () => acme.hasProfile({ id: 'new', name: 'New "one" \u2028', email: 'new@example.com' }),
            () => acme.removes('bea', 'oscar'),
            () => acme.hasOwner('ada'),
            () => acme.loses('zoe'),
            () => acme.hasMember('oscar'),
            () => acme.invites('invitation', 'guest@example.com'),
            () => acme.removes('mia', 'olivia'),
          ];
          for (const change of changes) {
            time += 1_000;
            await change();
            // A change that everybody is told of in billing, and that no answer shows but by its own place.
            await (isAdmin ? acme.hasMember('max') : acme.hasOrgAdmin('max'));
            isAdmin = !isAdmin;
            const now = await presentOf(acme.id);
            await Promise.all(watchers.map((watcher) => watcher.through(now)));
          }
          for (const { person, common, own } of pairs)
            documents.forEach(({ payload, isShared }, index) => {
              const [one, other] = [common, own].map(({ told }) => told.get(String(index))!);
              if (JSON.stringify(one) !== JSON.stringify(other))
                throw new Error(
                  `${person} asked: ${JSON.stringify(payload)}\nshared: ${one!.join('\n')}\nown: ${other!.join('\n')}`,
                );
              compared += one!.length;
              if (isShared) shared += one!.length;
            });
          for (const watcher of watchers) watcher.end();
          service.statements.length = 0;
          if (round % 10 === 9) process.stderr.write(`${compared} of ${RUNS}, ${shared} shared\n`);
        }
        expect(shared).toBeGreaterThan(compared / 4);
      }),
    LONG,
  );
});
