import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_EVENT_KINDS, hostEventData } from '../../../src/domain/host-events/kinds';
import { FIELDS_TABLE, KINDS_TABLE, REASONS_TABLE, written } from '../../kits/organizations/host-events-tables';

const GUIDE = readFileSync(join(__dirname, '../../../docs/guide/host-events.md'), 'utf8');

/** Without the formatter's padding. */
const plain = (markdown: string) => markdown.replace(/ +\|/g, ' |').replace(/\| +/g, '| ').replace(/-{3,}/g, '---');

test.each([
  ['types', KINDS_TABLE],
  ['fields', FIELDS_TABLE],
  ['reasons', REASONS_TABLE],
])('H6 the guide has the table of %s that the code has', (_, table) => {
  expect(plain(GUIDE)).toContain(plain(written(table)));
});

/** What 0.2 sends. It does not change: a type of a later release says so. */
const FIRST_TYPES = `
  access_request.approved access_request.closed access_request.declined access_request.opened billing_admin.added
  billing_admin.removed checkout.started credits.expired credits.granted credits.included credits.low
  credits.topped_up credits.used_up invitation.accepted invitation.changed invitation.created invitation.revoked
  member.joined member.left member.profile_changed member.role_changed organization.created organization.removed
  organization.updated owner.added owner.removed payment.declined payment.invoice_paid payment.overdue
  payment.returned payment.settled payment_customer.created payment_customer.removed payment_method.added
  payment_method.removed recharge.configured recharge.declined recharge.disabled recharge.limit_reached recharge.paid
  recharge.started subscription.cancel_scheduled subscription.change_dropped subscription.change_scheduled
  subscription.changed subscription.ended subscription.renewed subscription.resumed subscription.started
`;

test('H6 a type says with which release it came', () => {
  const first = Object.values(HOST_EVENT_KINDS).filter(({ since }) => since === '0.2');
  expect(first.map(({ type }) => type).sort()).toEqual(FIRST_TYPES.trim().split(/\s+/).sort());
});

test('H6 each type has one kind, and is in lower case', () => {
  const types = Object.values(HOST_EVENT_KINDS).map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
  expect(types.filter((type) => !/^[a-z_]+\.[a-z_]+$/.test(type))).toEqual([]);
});

describe('H4 whatever the log holds, an event says ids, numbers and codes', () => {
  const kind = HOST_EVENT_KINDS.INVOICE_PAID;
  const said = (details: Record<string, unknown>) =>
    hostEventData(kind, { subjectId: 'usr_bea', actorId: null, details });

  test('what it does not name is left out', () => {
    expect(said({ invoiceId: 'in_1', note: 'By Bea.' })).toEqual({
      ...{ invoiceId: 'in_1', amount: null, currency: null, reason: null, actorId: null },
    });
  });

  test.each(['Bea Brandt', 'zo\u00eb', '', 'x'.repeat(256), 7, {}])('%j is no id', (invoiceId) => {
    expect(said({ invoiceId }).invoiceId).toBeNull();
  });

  test('a number, an id and who it is about are said as they are, a time in UTC', () => {
    const subject = { subjectId: 'usr_bea', actorId: 'usr_olivia' };
    expect(hostEventData(kind, { ...subject, details: { invoiceId: 'in_1', amount: 0, currency: 'USD' } })).toEqual({
      ...{ invoiceId: 'in_1', amount: 0, currency: 'USD', reason: null, actorId: 'usr_olivia' },
    });
    const scheduled = HOST_EVENT_KINDS.SUBSCRIPTION_CANCEL_SCHEDULED;
    const at = (effectiveAt: unknown) => hostEventData(scheduled, { ...subject, details: { effectiveAt } });
    expect(at(Date.parse('2026-12-01'))).toEqual({
      ...{ effectiveAt: '2026-12-01T00:00:00.000Z', actorId: 'usr_olivia', source: null, reason: null },
    });
    expect(at('2026-12-01').effectiveAt).toBeNull();
    expect(hostEventData(HOST_EVENT_KINDS.OWNER_ADDED, { ...subject, details: { userId: 'usr_x' } })).toEqual({
      userId: 'usr_bea',
    });
  });

  test('T1 an entry from before grants had a kind says that it gave all of billing', () => {
    const accessIn = (details: Record<string, unknown>) =>
      hostEventData(HOST_EVENT_KINDS.ADMIN_ADDED, { subjectId: 'usr_bea', actorId: null, details }).access;
    expect([accessIn({}), accessIn({ access: 'VIEW' })]).toEqual(['MANAGE', 'VIEW']);
  });

  test.each(['7', null, {}])('%j is no number', (amount) => {
    expect(said({ amount }).amount).toBeNull();
  });
});
