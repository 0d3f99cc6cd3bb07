import type { Outcome, SandboxPayer } from '../../payments/sandbox/sandbox-payer';

const DAY = 24 * 60 * 60 * 1000;

/** Reads one field of a form; empty where it is missing or repeated. */
export type Field = (name: string) => string;

type Action = (payer: SandboxPayer, customerId: string, field: Field) => Promise<Outcome>;

/** What the portal's buttons do, by their value. */
export const PORTAL_ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['good-card', (payer, customerId) => payer.putCard(customerId, true)],
  ['declining-card', (payer, customerId) => payer.putCard(customerId, false)],
  ['remove-card', (payer, customerId) => payer.removeCard(customerId)],
  ['change', change],
  ['cancel', (payer, customerId) => payer.cancelSubscription(customerId)],
  ['resume', (payer, customerId) => payer.resumeSubscription(customerId)],
  ['settle', (payer, customerId) => payer.settleOverdue(customerId)],
  // Whatever is left of it.
  ['refund', (payer, customerId, field) => payer.refund(customerId, field('order'), Number.MAX_SAFE_INTEGER)],
  ['dispute', (payer, customerId, field) => payer.loseDispute(customerId, field('order'))],
  ['remove-customer', (payer, customerId) => payer.removeCustomer(customerId)],
  ['day', (payer, customerId) => payer.moveClock(customerId, DAY)],
  ['renewal', (payer, customerId) => payer.moveClockToRenewal(customerId)],
]);

async function change(payer: SandboxPayer, customerId: string, field: Field): Promise<Outcome> {
  const [, cadence, planKey = ''] = /^(MONTHLY|ANNUAL) (.+)$/.exec(field('terms')) ?? [];
  if (cadence !== 'MONTHLY' && cadence !== 'ANNUAL') return 'CLOSED';
  return payer.changeSubscription(customerId, { planKey, cadence });
}
