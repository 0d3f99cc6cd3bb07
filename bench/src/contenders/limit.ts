import { openRows } from '../data/rows';
import { accessOf, type Terms } from './shared/access-of';
import { viewerOf } from './shared/viewer-of';
import { servePosts } from './shared/serve-posts';

// The limit: no GraphQL, no framework, one statement written by hand, and JSON.stringify of what it gives.

interface Row extends Terms {
  readonly id: string;
  readonly name: string;
  readonly viewerRole: string;
  readonly cadence: string | null;
  readonly currentPeriodEnd: number | null;
  readonly included: number;
  readonly topUp: number;
  readonly version: number;
  readonly personStanding: string | null;
  readonly grantedAt: number;
  readonly personId: string;
  readonly personName: string;
  readonly personEmail: string;
  readonly adderId: string | null;
  readonly adderName: string;
}

const SQL = `SELECT o.id, o.name, v.role AS viewerRole, v.standing, o.status, o.contract_type AS contractType, o.cadence,
    o.current_period_end AS currentPeriodEnd, o.included_credits AS included, o.top_up_credits AS topUp,
    o.has_customer AS hasCustomer, o.has_payment_method AS hasPaymentMethod, o.version,
    m.standing AS personStanding, m.granted_at AS grantedAt, u.id AS personId, u.name AS personName, u.email AS personEmail,
    a.id AS adderId, a.name AS adderName
  FROM members v
  JOIN organizations o ON o.id = v.organization_id
  LEFT JOIN members m ON m.organization_id = ? AND m.standing IN ('OWNER', 'BILLING_ADMIN')
  LEFT JOIN users u ON u.id = m.user_id
  LEFT JOIN users a ON a.id = m.granted_by AND a.erased_at IS NULL
  WHERE v.organization_id = ? AND v.user_id = ? AND o.removed_at IS NULL
  ORDER BY m.name_key, m.user_id`;

const rows = openRows(process.env.DATABASE_URL!);

async function answer(authorization: string | undefined, body: string): Promise<string> {
  const viewer = await viewerOf(authorization);
  const { id } = (JSON.parse(body) as { variables: { id: string } }).variables;
  const found = await rows.read<Row>(SQL, [id, id, viewer]);
  const [first] = found;
  if (!first) return '{"data":{"organization":null}}\n';
  const { name, viewerRole, status, contractType, cadence, currentPeriodEnd, included, topUp, version } = first;
  const person = (row: Row) => ({ id: row.personId, name: row.personName, email: row.personEmail });
  const organization = {
    id: first.id,
    name,
    viewerRole,
    billing: {
      status,
      contractType,
      cadence,
      currentPeriodEnd: currentPeriodEnd === null ? null : new Date(currentPeriodEnd),
      credits: { available: included + topUp, included, topUp },
      viewerAccess: accessOf(first),
    },
    billingAdmins: {
      version,
      owners: found.filter((row) => row.personStanding === 'OWNER').map(person),
      admins: found
        .filter((row) => row.personStanding === 'BILLING_ADMIN')
        .map((row) => ({
          user: person(row),
          addedBy: row.adderId === null ? null : { id: row.adderId, name: row.adderName },
          addedAt: new Date(row.grantedAt),
        })),
    },
  };
  return `${JSON.stringify({ data: { organization } })}\n`;
}

servePosts(answer);
