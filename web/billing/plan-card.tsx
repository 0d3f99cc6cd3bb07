import { useId, useState } from 'react';
import { useClient } from 'urql';
import { type Billing, CancelSubscription, ResumeSubscription } from '../documents/billing-documents';
import { ClosedReason } from '../look/closed-reason';
import { formatDay } from '../look/dates';
import { Dialog } from '../look/dialog';
import { formatMoney, formatNumber } from '../look/numbers';
import { Problem } from '../look/problem';
import { onDemand } from '../look/on-demand';
import { useBilling, useControl } from './billing-context';
import { useChange } from './use-change';

const ChangePlanDialog = onDemand(() => import('./change-plan-dialog').then((module) => module.ChangePlanDialog));

const STATUS: Record<Billing['status'], readonly [words: string, tone: string]> = {
  NONE: ['No plan', ''],
  TRIALING: ['Trial', 'good'],
  ACTIVE: ['Active', 'good'],
  PAST_DUE: ['Payment overdue', 'bad'],
  CANCELED: ['Ended', 'warn'],
};

export const CADENCE_WORDS = { MONTHLY: 'monthly', ANNUAL: 'yearly' } as const;

export function PlanCard() {
  const { billing, organizationId } = useBilling();
  const control = useControl('SUBSCRIPTION');
  const api = useClient();
  const heading = useId();
  const reason = useId();
  const { send, isBusy, problem } = useChange();
  const [dialog, setDialog] = useState<'change' | 'cancel' | null>(null);

  const { plan, cadence, status, scheduledChange, contractType } = billing;
  const isSubscribed = plan !== null && status !== 'NONE' && status !== 'CANCELED';
  const isEnding = scheduledChange !== null && scheduledChange.plan === null;
  const price = plan?.prices.find((one) => one.cadence === cadence)?.price;
  const [words, tone] = STATUS[status];
  const input = { organizationId };
  const described = control.available ? undefined : reason;

  const cancel = async () => {
    if (await send(api.mutation(CancelSubscription, { input }).toPromise(), (data) => data.cancelSubscription))
      setDialog(null);
  };

  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-title">
        <h2 id={heading}>Plan</h2>
        <span className={`badge ${contractType === 'CUSTOM' ? '' : tone}`}>
          {contractType === 'CUSTOM' ? 'Custom contract' : words}
        </span>
      </div>
      <p className="figure">{plan?.name ?? wordsOfNone()}</p>
      <p className="figure-note">{planNote()}</p>
      {status === 'PAST_DUE' && (
        <p className="change-note">
          The last payment did not go through. It is settled in the billing portal; until then no credits are bought or
          renewed.
        </p>
      )}
      {scheduledChange && (
        <p className="change-note">
          {isEnding
            ? `Ends on ${formatDay(scheduledChange.effectiveAt)}. Until then everything stays as it is.`
            : `Becomes ${scheduledChange.plan?.name}${scheduledChange.cadence ? `, paid ${CADENCE_WORDS[scheduledChange.cadence]},` : ''} on ${formatDay(scheduledChange.effectiveAt)}.`}
        </p>
      )}
      <div className="card-buttons">
        <button
          type="button"
          className={isSubscribed ? 'button' : 'button primary'}
          disabled={!control.available}
          aria-describedby={described}
          onClick={() => setDialog('change')}
        >
          {isSubscribed ? 'Change plan' : 'Choose a plan'}
        </button>
        {isEnding && (
          <button
            type="button"
            className="button primary"
            disabled={!control.available || isBusy}
            aria-describedby={described}
            onClick={() =>
              void send(api.mutation(ResumeSubscription, { input }).toPromise(), (data) => data.resumeSubscription)
            }
          >
            Keep the subscription
          </button>
        )}
        {isSubscribed && !isEnding && (
          <button
            type="button"
            className="button quiet"
            disabled={!control.available}
            aria-describedby={described}
            onClick={() => setDialog('cancel')}
          >
            Cancel subscription
          </button>
        )}
      </div>
      {!control.available && control.message && <ClosedReason id={reason}>{control.message}</ClosedReason>}
      {dialog === null && <Problem>{problem?.message}</Problem>}

      {dialog === 'change' && control.available && <ChangePlanDialog onClose={() => setDialog(null)} />}
      {dialog === 'cancel' && control.available && (
        <Dialog title="Cancel the subscription?" onClose={() => setDialog(null)}>
          <p>
            {plan?.name} stays as it is
            {billing.currentPeriodEnd
              ? ` until ${formatDay(billing.currentPeriodEnd)}, which is paid for`
              : ' until the end of the period'}
            . Then it ends, and the included credits with it. Credits that were bought stay.
          </p>
          <p>Nobody loses their place among the billing admins, and you can change your mind until then.</p>
          <Problem>{problem?.message}</Problem>
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={() => setDialog(null)}>
              Keep it
            </button>
            <button type="button" className="button danger" disabled={isBusy} onClick={() => void cancel()}>
              Cancel subscription
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );

  function wordsOfNone(): string {
    if (contractType === 'CUSTOM') return 'By agreement';
    return status === 'CANCELED' ? 'None any more' : 'None yet';
  }

  function planNote(): string {
    if (!plan)
      return contractType === 'CUSTOM'
        ? 'Terms and credits are agreed with your account manager.'
        : 'A plan includes credits for each month.';
    const parts = [
      price && cadence ? `${formatMoney(price)} ${CADENCE_WORDS[cadence]}` : null,
      `${formatNumber(plan.includedCredits)} credits a month included`,
      billing.currentPeriodEnd && isSubscribed && !isEnding ? `renews on ${formatDay(billing.currentPeriodEnd)}` : null,
    ];
    // Lines break only between the parts.
    return parts
      .filter((part) => part !== null)
      .map((part) => part.replaceAll(' ', '\u00a0'))
      .join(' · ');
  }
}
