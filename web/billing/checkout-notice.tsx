import { useSearchParams } from 'wouter';
import { formatNumber } from '../look/numbers';
import { useBilling } from './billing-context';
import { errandOf } from './return-url';

/**
 * Tells a payer who returns from the provider's page what the service knows of the payment. Only the provider reports a payment, before or
 * after the payer returns. An abandoned one is never reported.
 */
export function CheckoutNotice() {
  const { billing, organizationId } = useBilling();
  const [parameters, setParameters] = useSearchParams();
  const errand = errandOf(parameters);
  return (
    <div role="status">
      {errand && (
        <div className="ask back" data-tone={outcome() ? 'good' : undefined}>
          <div className="ask-text">
            {outcome() && <p>{outcome()}</p>}
            {/* Keeps its place: what stands below must not move when the payment is confirmed. */}
            <p className={outcome() ? 'back-waited' : undefined}>{waiting()}</p>
          </div>
          <button
            type="button"
            className="button quiet"
            onClick={() => setParameters({ organization: organizationId }, { replace: true })}
          >
            Dismiss
          </button>
        </div>
      )}
    </div>
  );

  /** What has come, in words; null as long as nothing has. */
  function outcome(): string | null {
    if (errand?.kind === 'credits') {
      const come = billing.credits.topUp - errand.before;
      return come > 0 ? `${formatNumber(come)} more credits are here, and can be used.` : null;
    }
    const isSubscribed = billing.status === 'ACTIVE' || billing.status === 'TRIALING';
    return isSubscribed && billing.plan ? `The plan is ${billing.plan.name} now.` : null;
  }

  function waiting(): string {
    const what = errand?.kind === 'credits' ? 'the credits come' : 'the plan begins';
    return `You are back from the payment page. If you paid, ${what} as soon as the payment is confirmed, which may take a moment; this page shows it by itself. If you did not, nothing was charged.`;
  }
}
