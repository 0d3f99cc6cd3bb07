import { BILLING_ROLES } from '../../../src/domain/access/permissions';
import {
  BILLING_CONTROLS,
  type BillingControl,
  type ControlSituation,
  messageOf,
  REASON_MESSAGES,
  reasonClosed,
  type UnavailableReason,
} from '../../../src/domain/billing/controls';
import { type BillingStatus, type ContractType, PAYMENT_PROVIDERS } from '../../../src/domain/billing/terms';

const STATUSES: BillingStatus[] = ['NONE', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED'];
const CONTRACTS: ContractType[] = ['SELF_SERVE', 'CUSTOM'];
const EITHER = [true, false];

/** Everything that can be, in every combination. */
const SITUATIONS: ControlSituation[] = BILLING_ROLES.flatMap((billingRole) =>
  STATUSES.flatMap((status) =>
    CONTRACTS.flatMap((contractType) =>
      PAYMENT_PROVIDERS.flatMap((provider) =>
        EITHER.flatMap((hasCreditPacks) =>
          EITHER.flatMap((hasPaymentMethod) =>
            EITHER.map((hasCustomer) => ({
              billingRole,
              terms: { contractType, status, hasPaymentMethod, hasCustomer },
              checkout: { provider, hasCreditPacks },
            })),
          ),
        ),
      ),
    ),
  ),
);

/** The rules' table once more, as sentences from top to bottom; null is open. */
function asTheRulesSay(control: BillingControl, { billingRole, terms, checkout }: ControlSituation): string | null {
  const manages = billingRole === 'OWNER' || billingRole === 'BILLING_ADMIN';
  if (control === 'BILLING_ADMINS') return billingRole === 'OWNER' ? null : 'OWNER_REQUIRED';
  if (control === 'ACTIVITY' || control === 'USAGE')
    return manages || billingRole === 'BILLING_VIEWER' ? null : 'BILLING_ACCESS_REQUIRED';
  const looks = control === 'INVOICES' && billingRole === 'BILLING_VIEWER';
  if (!manages && !looks) return 'BILLING_ACCESS_REQUIRED';

  const sells = checkout.provider !== 'none';
  if (control === 'BILLING_PORTAL' || control === 'INVOICES') {
    if (!sells) return 'CHECKOUT_NOT_CONFIGURED';
    return terms.hasCustomer ? null : 'NO_ACTIVE_SUBSCRIPTION';
  }

  if (terms.contractType === 'CUSTOM') return 'CUSTOM_CONTRACT';
  if (control === 'SUBSCRIPTION') return sells ? null : 'CHECKOUT_NOT_CONFIGURED';

  if (!sells || !checkout.hasCreditPacks) return 'CHECKOUT_NOT_CONFIGURED';
  if (['NONE', 'CANCELED'].includes(terms.status)) return 'NO_ACTIVE_SUBSCRIPTION';
  if (terms.status === 'PAST_DUE') return 'PAST_DUE';
  return control === 'AUTO_RECHARGE' && !terms.hasPaymentMethod ? 'PAYMENT_METHOD_REQUIRED' : null;
}

test.each(BILLING_CONTROLS)(
  'the control %s is closed for the first reason that applies, in every situation',
  (control) => {
    expect(SITUATIONS).toHaveLength(4 * 5 * 2 * 3 * 2 * 2 * 2);
    const differing = SITUATIONS.filter(
      (situation) => reasonClosed(control, situation) !== asTheRulesSay(control, situation),
    );
    expect(differing).toEqual([]);
  },
);

test.each<[BillingControl, UnavailableReason[]]>([
  ['BILLING_ADMINS', ['OWNER_REQUIRED']],
  ['ACTIVITY', ['BILLING_ACCESS_REQUIRED']],
  ['USAGE', ['BILLING_ACCESS_REQUIRED']],
  ['SUBSCRIPTION', ['BILLING_ACCESS_REQUIRED', 'CHECKOUT_NOT_CONFIGURED', 'CUSTOM_CONTRACT']],
  [
    'TOP_UP',
    ['BILLING_ACCESS_REQUIRED', 'CHECKOUT_NOT_CONFIGURED', 'CUSTOM_CONTRACT', 'NO_ACTIVE_SUBSCRIPTION', 'PAST_DUE'],
  ],
  [
    'AUTO_RECHARGE',
    [
      'BILLING_ACCESS_REQUIRED',
      'CHECKOUT_NOT_CONFIGURED',
      'CUSTOM_CONTRACT',
      'NO_ACTIVE_SUBSCRIPTION',
      'PAST_DUE',
      'PAYMENT_METHOD_REQUIRED',
    ],
  ],
  ['INVOICES', ['BILLING_ACCESS_REQUIRED', 'CHECKOUT_NOT_CONFIGURED', 'NO_ACTIVE_SUBSCRIPTION']],
  ['BILLING_PORTAL', ['BILLING_ACCESS_REQUIRED', 'CHECKOUT_NOT_CONFIGURED', 'NO_ACTIVE_SUBSCRIPTION']],
])('the control %s can be closed for %j, and be open', (control, reasons) => {
  const found = new Set(SITUATIONS.map((situation) => reasonClosed(control, situation)));
  expect([...found].filter((reason) => reason !== null).sort()).toEqual(reasons);
  expect(found).toContain(null);
});

test('A1 a member without billing access finds every control closed', () => {
  const teammates = SITUATIONS.filter(({ billingRole }) => billingRole === 'TEAMMATE');
  for (const control of BILLING_CONTROLS)
    expect(teammates.filter((situation) => reasonClosed(control, situation) === null)).toEqual([]);
});

test('A2 a billing admin finds what an owner finds, but for BILLING_ADMINS', () => {
  const owners = SITUATIONS.filter(({ billingRole }) => billingRole === 'OWNER');
  for (const control of BILLING_CONTROLS.filter((each) => each !== 'BILLING_ADMINS'))
    for (const situation of owners)
      expect(reasonClosed(control, { ...situation, billingRole: 'BILLING_ADMIN' })).toBe(
        reasonClosed(control, situation),
      );
});

test('each reason has a sentence for people', () => {
  const found = BILLING_CONTROLS.flatMap((control) =>
    SITUATIONS.map((situation) => reasonClosed(control, situation)).filter((reason) => reason !== null),
  );
  expect(Object.keys(REASON_MESSAGES).sort()).toEqual([...new Set(found)].sort());
  for (const message of Object.values(REASON_MESSAGES)) expect(message).toMatch(/^[A-Z].*\.$/);
  expect(new Set(Object.values(REASON_MESSAGES)).size).toBe(Object.keys(REASON_MESSAGES).length);
});

test('T1 who may look at billing and lacks access to more is told so, and everybody else what the reason says', () => {
  const reasons = Object.keys(REASON_MESSAGES) as UnavailableReason[];
  const others = BILLING_ROLES.flatMap((billingRole) =>
    reasons
      .filter((reason) => messageOf(reason, billingRole) !== REASON_MESSAGES[reason])
      .map((reason) => [billingRole, reason]),
  );
  expect(others).toEqual(
    ['OWNER', 'BILLING_ADMIN', 'BILLING_VIEWER'].map((billingRole) => [billingRole, 'BILLING_ACCESS_REQUIRED']),
  );
  expect(messageOf('BILLING_ACCESS_REQUIRED', 'BILLING_VIEWER')).toMatch(
    /^Your billing access is to look only\. .*\.$/,
  );
});
