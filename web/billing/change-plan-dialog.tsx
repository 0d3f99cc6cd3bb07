import { useMemo, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useClient, useQuery } from 'urql';
import {
  Catalog,
  ChangeSubscription,
  type Plan,
  type Preview,
  SubscriptionPreview,
} from '../documents/billing-documents';
import type { PurchaseRequest } from '../documents/purchase-documents';
import { formatDay } from '../look/dates';
import { Dialog } from '../look/dialog';
import { formatMoney, formatNumber } from '../look/numbers';
import { Problem } from '../look/problem';
import { useNow } from '../look/use-now';
import { AskedForApproval } from './asked-for-approval';
import { useBilling } from './billing-context';
import { newKey } from './new-key';
import { returnUrl } from './return-url';
import { useChange } from './use-change';

interface Choice {
  readonly planKey: string;
  readonly cadence: 'MONTHLY' | 'ANNUAL';
}

/** Choose plan and cadence, see what happens, and only then confirm it. */
export function ChangePlanDialog({ onClose }: { readonly onClose: () => void }) {
  const { billing, organizationId } = useBilling();
  const api = useClient();
  const { send, isBusy, problem } = useChange();
  const [asked, setAsked] = useState<PurchaseRequest | null>(null);
  const [{ data: catalog, error: catalogError }] = useQuery({ query: Catalog });
  const { register, handleSubmit, control } = useForm<Choice>({
    defaultValues: { planKey: billing.plan?.key ?? '', cadence: billing.cadence ?? 'MONTHLY' },
  });
  const { planKey, cadence } = useWatch({ control }) as Choice;

  const plans = catalog?.plans ?? [];
  const hasPrice = plans.some(
    ({ key, prices }) => key === planKey && prices.some((price) => price.cadence === cadence),
  );
  const isSubscribed = billing.status !== 'NONE' && billing.status !== 'CANCELED';
  const isAsItIs = isSubscribed && planKey === billing.plan?.key && cadence === billing.cadence;
  const [{ data, error, fetching, stale }, lookAgain] = useQuery({
    query: SubscriptionPreview,
    variables: { organizationId, planKey, cadence },
    pause: !hasPrice || isAsItIs,
  });
  const answered = data?.organization?.billing.subscriptionChangePreview ?? null;
  // While another choice is being asked about, the former answer says nothing about it.
  const preview =
    hasPrice && !isAsItIs && answered?.plan.key === planKey && answered.cadence === cadence && !stale ? answered : null;
  const key = useMemo(() => (preview ? `${preview.token.slice(-8)}-${newKey()}` : ''), [preview]);

  const confirm = async () => {
    if (!preview) return;
    const input = {
      organizationId,
      planKey,
      cadence,
      previewToken: preview.token,
      returnUrl: returnUrl(organizationId, { kind: 'plan' }),
      idempotencyKey: key,
    };
    const payload = await send(
      api.mutation(ChangeSubscription, { input }).toPromise(),
      (answer) => answer.changeSubscription,
    );
    if (!payload) return lookAgain();
    if (payload.purchaseRequest) setAsked(payload.purchaseRequest);
    else if (payload.checkoutUrl) window.location.assign(payload.checkoutUrl);
    else onClose();
  };

  if (asked)
    return (
      <Dialog title="An owner has to approve this" onClose={onClose}>
        <AskedForApproval request={asked} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog title={isSubscribed ? 'Change plan' : 'Choose a plan'} onClose={onClose}>
      <form onSubmit={(event) => void handleSubmit(confirm)(event)}>
        <fieldset className="segments">
          <legend className="hidden-text">How often to pay</legend>
          {(['MONTHLY', 'ANNUAL'] as const).map((value) => (
            <label key={value} className="segment">
              <input type="radio" value={value} {...register('cadence')} />
              <span>{value === 'MONTHLY' ? 'Pay monthly' : 'Pay yearly'}</span>
            </label>
          ))}
        </fieldset>
        <fieldset className="choices">
          <legend className="hidden-text">Plan</legend>
          {plans.map((plan) => (
            <PlanChoice
              key={plan.key}
              plan={plan}
              cadence={cadence}
              isCurrent={isSubscribed && plan.key === billing.plan?.key}
            >
              <input type="radio" value={plan.key} {...register('planKey')} />
            </PlanChoice>
          ))}
        </fieldset>
        {catalogError && <Problem>The plans can’t be shown right now. Close this and try again.</Problem>}
        <div className="preview" aria-live="polite" aria-busy={fetching}>
          {preview ? <PreviewFacts preview={preview} /> : <p className="note">{noteInstead()}</p>}
        </div>
        <Problem>{problemWords()}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Not now
          </button>
          <button type="submit" className="button primary" disabled={!preview || isBusy}>
            {preview && preview.amountDueNow.amount > 0
              ? `Confirm and pay ${formatMoney(preview.amountDueNow)}`
              : 'Confirm'}
          </button>
        </div>
      </form>
    </Dialog>
  );

  function noteInstead(): string {
    if (isAsItIs) return 'This is what you have now.';
    if (planKey === '') return 'Choose a plan to see what it comes to.';
    if (!hasPrice) return 'This plan can’t be paid at this pace.';
    const [fault] = error?.graphQLErrors ?? [];
    if (error) return fault?.message ?? 'What it comes to can’t be worked out right now.';
    return 'Working out what it comes to…';
  }

  function problemWords(): string | null {
    if (!problem) return null;
    return problem.code === 'PREVIEW_EXPIRED'
      ? 'Something changed since this was worked out, and nothing was charged. Here is how it is now: look at it and confirm again.'
      : problem.message;
  }
}

interface PlanChoiceProps {
  readonly plan: Plan;
  readonly cadence: Choice['cadence'];
  readonly isCurrent: boolean;
  readonly children: React.ReactNode;
}

function PlanChoice({ plan, cadence, isCurrent, children }: PlanChoiceProps) {
  const price = plan.prices.find((one) => one.cadence === cadence)?.price;
  return (
    <label className="choice">
      {children}
      <span className="choice-text">
        <span className="choice-name">
          {plan.name} {isCurrent && <span className="badge">Now</span>}
        </span>
        <span className="person-detail">{formatNumber(plan.includedCredits)} credits each month</span>
      </span>
      <span className="choice-price">
        {price ? formatMoney(price) : '–'}
        {price && <span className="person-detail">{cadence === 'MONTHLY' ? ' a month' : ' a year'}</span>}
      </span>
    </label>
  );
}

/** A preview that was just made for now says a moment that has passed already. */
const isAtOnce = (effectiveAt: string, now: number) => Date.parse(effectiveAt) <= now + 60_000;

function PreviewFacts({ preview }: { readonly preview: Preview }) {
  const { plan, cadence, effectiveAt, amountDueNow, nextInvoice, nextInvoiceAt } = preview;
  const now = useNow();
  return (
    <dl className="facts">
      <div>
        <dt>
          {plan.name}, paid {cadence === 'MONTHLY' ? 'monthly' : 'yearly'}
        </dt>
        <dd>{isAtOnce(effectiveAt, now) ? 'at once' : `from ${formatDay(effectiveAt)}`}</dd>
      </div>
      <div>
        <dt>Due now</dt>
        <dd>{formatMoney(amountDueNow)}</dd>
      </div>
      <div>
        <dt>Next invoice, {formatDay(nextInvoiceAt)}</dt>
        <dd>{formatMoney(nextInvoice)}</dd>
      </div>
    </dl>
  );
}
