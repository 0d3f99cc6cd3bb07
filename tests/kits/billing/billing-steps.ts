import * as fc from 'fast-check';
import type { BillingCadence } from '../../../src/domain/billing/terms';

/** Something that is asked of the service. */
export type ServiceStep =
  /** So many times at once, as several instances record it. */
  | { readonly does: 'use'; readonly credits: number; readonly times: number }
  | { readonly does: 'order'; readonly pack: string; readonly key: number }
  | { readonly does: 'change'; readonly plan: string; readonly cadence: BillingCadence }
  | { readonly does: 'cancel' | 'resume' | 'recharge' | 'reconcile' }
  /** News of the provider, of any of what has happened so far, so many times. */
  | { readonly does: 'hear'; readonly what: number; readonly times: number };

/** Something that the payer, their bank or time does at the provider. */
export type PayerStep =
  | { readonly does: 'pay' | 'fail'; readonly page: number }
  /** Of one of the paid credit packs. */
  | { readonly does: 'refund'; readonly payment: number; readonly amount: number }
  | { readonly does: 'putCard'; readonly isGood: boolean }
  | { readonly does: 'removeCard' | 'renew' | 'changeOnPortal' }
  | { readonly does: 'pass'; readonly hours: number };

export type BillingStep = ServiceStep | PayerStep;

const AT_SERVICE = ['use', 'order', 'change', 'cancel', 'resume', 'recharge', 'reconcile', 'hear'];

export function isServiceStep(step: BillingStep): step is ServiceStep {
  return AT_SERVICE.includes(step.does);
}

/** A step, and where the process that takes it ends: after so many transactions and calls, or not. */
export interface Taken {
  readonly step: BillingStep;
  readonly crash: { readonly after: number; readonly endsAfterItsDeed: boolean } | null;
}

const plans = fc.constantFrom('starter', 'team', 'business');
const cadences = fc.constantFrom<BillingCadence>('MONTHLY', 'ANNUAL');
const packs = fc.constantFrom('pack_1000', 'pack_5000');
const one = fc.nat({ max: 3 });

const step: fc.Arbitrary<BillingStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('use' as const),
      credits: fc.integer({ min: 1, max: 1_500 }),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('order' as const), pack: packs, key: one }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('pay' as const, 'fail' as const), page: one }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('refund' as const),
      payment: one,
      amount: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('change' as const), plan: plans, cadence: cadences }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom(
        'cancel' as const,
        'resume' as const,
        'removeCard' as const,
        'recharge' as const,
        'reconcile' as const,
        'renew' as const,
        'changeOnPortal' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('putCard' as const), isGood: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 500 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('hear' as const), what: one, times: fc.integer({ min: 1, max: 3 }) }),
  },
);

const taken: fc.Arbitrary<Taken> = fc.record({
  step,
  crash: fc.option(fc.record({ after: fc.integer({ min: 1, max: 6 }), endsAfterItsDeed: fc.boolean() }), { freq: 3 }),
});

/** A first subscription, good card and auto-recharge come first, so that there is something for the rest to meet. */
export const billingSteps: fc.Arbitrary<Taken[]> = fc
  .array(taken, { minLength: 3, maxLength: 25 })
  .map((rest) => [
    { step: { does: 'change', plan: 'starter', cadence: 'MONTHLY' }, crash: null },
    { step: { does: 'pay', page: 0 }, crash: null },
    { step: { does: 'hear', what: 0, times: 1 }, crash: null },
    { step: { does: 'recharge' }, crash: null },
    ...rest,
  ]);
