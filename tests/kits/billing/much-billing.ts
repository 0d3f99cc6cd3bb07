import type { Services } from '../../../src/actions/services';
import { insertRows } from '../organizations/many-members';

const ORGANIZATIONS = 5_000;
const LEDGER_ENTRIES = 20_000;
const ORDERS = 20_000;
const INVOICES = 2_000;
const DAYS = 365;
const MONTHS = 12;
const USERS = 50;
const FEATURES = 20;
const DAY = 24 * 60 * 60 * 1_000;

type Filled = Pick<Services, 'database'>;

/**
 * A ledger, totals and orders of the organization beside 5,000 others with orders and customers, without organization transactions. The `n`-th ledger
 * entry and the `n`-th order have the key `key-n`; each fourth order is the organization's, of which 20 are open, and of the
 * others' a fifth is. The period of the organization `o<n>`, who is the customer `cus-<n>`, ends at `n`; every other one
 * pays by the year, and its month of credits ends at `n` too.
 */
export async function fillWithBilling(services: Filled, organizationId: string): Promise<void> {
  await fillWithLedger(services, organizationId);
  await fillWithTotals(services, organizationId);
  await fillWithOrders(services, organizationId);
  await fillWithCustomers(services);
  await fillWithInvoices(services, organizationId);
}

function fillWithLedger(services: Filled, organizationId: string): Promise<void> {
  return insertRows(
    services,
    'credit_ledger',
    [
      ...['organization_id', 'sequence', 'kind', 'included', 'top_up', 'feature'],
      ...['occurred_at', 'recorded_at', 'key_hash', 'values_hash'],
    ],
    rows(LEDGER_ENTRIES, (n) => [organizationId, n + 1, 'USAGE', 0, -1, 'search', n, n, `key-${n}`, 'values']),
  );
}

/** The year 2026: every user and feature on each day, and in each month. */
async function fillWithTotals(services: Filled, organizationId: string): Promise<void> {
  const dayOf = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * DAY).toISOString().slice(0, 10);
  const monthOf = (n: number) => `2026-${String(n + 1).padStart(2, '0')}`;
  const days = rows(DAYS, (n) => [organizationId, 'DAY', dayOf(n), `hash of ${dayOf(n)}`, dayOf(n), USERS]);
  const named = (units: number, unitOf: (n: number) => string) =>
    [
      { grouping: 'USER', name: 'u', count: USERS },
      { grouping: 'FEATURE', name: 'feature', count: FEATURES },
    ].flatMap(({ grouping, name, count }) =>
      rows(units * count, (n) => {
        const each = `${name}-${n % count}`;
        return [organizationId, grouping, unitOf(Math.floor(n / count)), `hash of ${each}`, each, 30];
      }),
    );
  const columns = (unit: string) => ['organization_id', '`grouping`', unit, 'name_hash', 'name', 'credits'];
  await insertRows(services, 'usage_totals', columns('day'), [...days, ...named(DAYS, dayOf)]);
  await insertRows(services, 'usage_months', columns('month'), named(MONTHS, monthOf));
}

function fillWithOrders(services: Filled, organizationId: string): Promise<void> {
  return insertRows(
    services,
    'billing_orders',
    [
      ...[
        'id',
        'organization_id',
        'kind',
        'status',
        'credits',
        'amount',
        'returned_amount',
        'returned_credits',
        'told',
      ],
      ...['key_hash', 'values_hash', 'created_at'],
    ],
    rows(ORDERS, (n) => {
      const isTheirs = n % 4 === 0;
      const isOpen = isTheirs ? n % 1_000 === 0 : n % 5 === 0;
      return [
        ...[`order-${n}`, isTheirs ? organizationId : `o${n % ORGANIZATIONS}`, n % 8 === 0 ? 'TOP_UP' : 'RECHARGE'],
        ...[isOpen ? 'OPEN' : 'COMPLETED', 1, 1, 0, 0, 0, `key-${n}`, 'values', n],
      ];
    }),
  );
}

/** Invoices of the organization, and as many of another one. */
function fillWithInvoices(services: Filled, organizationId: string): Promise<void> {
  return insertRows(
    services,
    'invoices',
    ['organization_id', 'id', 'status', 'total', 'currency', 'issued_at'],
    rows(2 * INVOICES, (n) => [n % 2 === 0 ? organizationId : 'o1', `in-${n}`, 'PAID', 100, 'USD', n]),
  );
}

async function fillWithCustomers(services: Filled): Promise<void> {
  await insertRows(
    services,
    'organizations',
    [
      ...[
        'id',
        'name',
        'contract_type',
        'sequence',
        'version',
        'head_hash',
        'last_occurred_at',
        'created_at',
        'status',
      ],
      ...['included_credits', 'top_up_credits', 'has_customer', 'has_payment_method', 'auto_recharge_enabled'],
      ...['auto_recharge_threshold', 'cadence', 'current_period_end', 'credits_due_at'],
    ],
    rows(ORGANIZATIONS, (n) => [
      ...[`o${n}`, `Organization ${n}`, 'SELF_SERVE', 0, 0, 'x', 1, 1, 'ACTIVE', 0, 0, 1, 1, 0, 0],
      ...[n % 2 === 0 ? 'ANNUAL' : 'MONTHLY', n, n],
    ]),
  );
  await insertRows(
    services,
    'billing_accounts',
    ['organization_id', 'customer_id', 'asked', 'told', 'recharge_declines', 'recharge_spent'],
    rows(ORGANIZATIONS, (n) => [`o${n}`, `cus-${n}`, 0, 0, 0, 0]),
  );
}

function rows<Row>(count: number, rowAt: (n: number) => Row): Row[] {
  return Array.from({ length: count }, (_, n) => rowAt(n));
}
