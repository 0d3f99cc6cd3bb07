import { createServer } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import type DataLoader from 'dataloader';
import { openRows } from '../data/rows';
import { accessOf } from './shared/access-of';
import { SCALARS, toDate } from './shared/scalars';
import { SCHEMA } from './shared/schema';
import {
  type MemberRow,
  membership,
  organizationById,
  type OrganizationRow,
  rosters,
  userLoader,
  type UserRow,
} from './shared/statements';
import { viewerOf } from './shared/viewer-of';

// GraphQL Yoga on node:http with graphql-jit; resolvers read through dataloader.

interface Context {
  readonly request: Request;
  readonly viewer: Promise<string>;
  readonly users: DataLoader<string, UserRow>;
}

interface Organization {
  readonly row: OrganizationRow;
  readonly member: MemberRow;
}

const rows = openRows(process.env.DATABASE_URL!);

const schema = createSchema<Context>({
  typeDefs: SCHEMA,
  resolvers: {
    ...SCALARS,
    Query: {
      organization: async (
        _root: unknown,
        { id }: { id: string },
        { viewer }: Context,
      ): Promise<Organization | null> => {
        const member = await membership(rows, id, await viewer);
        const row = member && (await organizationById(rows, id));
        return row ? { row, member } : null;
      },
    },
    Organization: {
      id: ({ row }: Organization) => row.id,
      name: ({ row }: Organization) => row.name,
      viewerRole: ({ member }: Organization) => member.role,
      billing: (organization: Organization) => organization,
      billingAdmins: async ({ row }: Organization) => {
        const people = await rosters(rows, [row.id]);
        const of = (standing: string) => people.filter((person) => person.standing === standing);
        return { version: row.version, owners: of('OWNER'), admins: of('BILLING_ADMIN') };
      },
    },
    Billing: {
      status: ({ row }: Organization) => row.status,
      contractType: ({ row }: Organization) => row.contractType,
      cadence: ({ row }: Organization) => row.cadence,
      currentPeriodEnd: ({ row }: Organization) => toDate(row.currentPeriodEnd),
      credits: ({ row: { included, topUp } }: Organization) => ({ available: included + topUp, included, topUp }),
      viewerAccess: ({ row, member }: Organization) => accessOf({ ...row, standing: member.standing }),
    },
    BillingAdminRoster: {
      owners: ({ owners }: { owners: MemberRow[] }, _args: unknown, { users }: Context) =>
        owners.map(({ userId }) => users.load(userId)),
    },
    BillingAdmin: {
      user: ({ userId }: MemberRow, _args: unknown, { users }: Context) => users.load(userId),
      addedBy: ({ grantedBy }: MemberRow, _args: unknown, { users }: Context) => grantedBy && users.load(grantedBy),
      addedAt: ({ grantedAt }: MemberRow) => toDate(grantedAt),
    },
  },
});

type Answers = Record<string, unknown>;

const compiled = new WeakMap<object, ReturnType<typeof compileQuery<Answers, Answers>>>();

const withJit: Plugin<Context> = {
  onExecute({ args, setExecuteFn }) {
    const { document, operationName } = args as ExecutionArgs;
    const query =
      compiled.get(document) ?? compileQuery<Answers, Answers>(schema, document, operationName ?? undefined);
    compiled.set(document, query);
    if (isCompiledQuery(query))
      setExecuteFn((given: ExecutionArgs) => query.query(given.rootValue, given.contextValue, given.variableValues));
  },
};

const yoga = createYoga<object, Omit<Context, 'request'>>({
  schema,
  logging: false,
  graphiql: false,
  landingPage: false,
  plugins: [withJit],
  context: ({ request }) => ({
    viewer: viewerOf(request.headers.get('authorization') ?? undefined),
    users: userLoader(rows),
  }),
});

// eslint-disable-next-line @typescript-eslint/no-misused-promises -- as its documentation has it
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1');
