import fastify from 'fastify';
import mercurius from 'mercurius';
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
  usersById,
} from './shared/statements';
import { viewerOf } from './shared/viewer-of';

// Mercurius with its JIT, and with loaders wherever one thing leads to another.

interface Organization {
  readonly row: OrganizationRow;
  readonly member: MemberRow;
}

interface Roster {
  readonly version: number;
  readonly owners: { readonly id: string }[];
  readonly admins: { readonly user: { readonly id: string }; readonly addedBy: { readonly id: string } | null }[];
}

type Queries<T> = readonly { readonly obj: T }[];

const rows = openRows(process.env.DATABASE_URL!);

async function users(queries: Queries<{ readonly id: string }>) {
  const byId = new Map(
    (await usersById(rows, [...new Set(queries.map(({ obj }) => obj.id))])).map((row) => [row.id, row]),
  );
  return queries.map(({ obj }) => byId.get(obj.id));
}

async function rostersOf(queries: Queries<Organization>): Promise<Roster[]> {
  const people = await rosters(
    rows,
    queries.map(({ obj }) => obj.row.id),
  );
  return queries.map(({ obj: { row } }) => {
    const of = (standing: string) =>
      people.filter((person) => person.organizationId === row.id && person.standing === standing);
    return {
      version: row.version,
      owners: of('OWNER').map(({ userId }) => ({ id: userId })),
      admins: of('BILLING_ADMIN').map(({ userId, grantedBy, grantedAt }) => ({
        user: { id: userId },
        addedBy: grantedBy === null ? null : { id: grantedBy },
        addedAt: toDate(grantedAt),
      })),
    };
  });
}

const nameOf = async (queries: Queries<{ readonly id: string }>) => (await users(queries)).map((user) => user?.name);
const emailOf = async (queries: Queries<{ readonly id: string }>) => (await users(queries)).map((user) => user?.email);

async function main() {
  const app = fastify();
  await app.register(mercurius, {
    schema: SCHEMA,
    jit: 1,
    graphiql: false,
    context: async (request) => ({ viewer: await viewerOf(request.headers.authorization) }),
    resolvers: {
      ...SCALARS,
      Query: {
        organization: async (_root: unknown, { id }: { id: string }, context: object): Promise<Organization | null> => {
          const member = await membership(rows, id, (context as { viewer: string }).viewer);
          const row = member && (await organizationById(rows, id));
          return row ? { row, member } : null;
        },
      },
      Organization: {
        id: ({ row }: Organization) => row.id,
        name: ({ row }: Organization) => row.name,
        viewerRole: ({ member }: Organization) => member.role,
        billing: (organization: Organization) => organization,
      },
      Billing: {
        status: ({ row }: Organization) => row.status,
        contractType: ({ row }: Organization) => row.contractType,
        cadence: ({ row }: Organization) => row.cadence,
        currentPeriodEnd: ({ row }: Organization) => toDate(row.currentPeriodEnd),
        credits: ({ row: { included, topUp } }: Organization) => ({ available: included + topUp, included, topUp }),
        viewerAccess: ({ row, member }: Organization) => accessOf({ ...row, standing: member.standing }),
      },
    },
    loaders: {
      Organization: { billingAdmins: rostersOf as never },
      User: {
        // One batch for each field; both together read each person once for each.
        name: nameOf as never,
        email: emailOf as never,
      },
    },
  });
  app.get('/', () => 'ready');
  await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
}

void main();
