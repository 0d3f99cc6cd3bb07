import { useId } from 'react';
import { useClient } from 'urql';
import { CreateBillingPortalSession } from '../documents/billing-documents';
import { ClosedReason } from '../look/closed-reason';
import { Problem } from '../look/problem';
import { useBilling, useControl } from './billing-context';
import { returnUrl } from './return-url';
import { useChange } from './use-change';

export function PortalCard() {
  const { organizationId } = useBilling();
  const control = useControl('BILLING_PORTAL');
  const api = useClient();
  const heading = useId();
  const reason = useId();
  const { send, isBusy, problem } = useChange();

  const open = async () => {
    const payload = await send(
      api
        .mutation(CreateBillingPortalSession, { input: { organizationId, returnUrl: returnUrl(organizationId) } })
        .toPromise(),
      (data) => data.createBillingPortalSession,
    );
    if (payload?.url) window.location.assign(payload.url);
  };

  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>Payment and invoices</h2>
      <p className="card-text">Payment method, address and invoices are looked after in the billing portal.</p>
      <div className="card-buttons">
        <button
          type="button"
          className="button"
          disabled={!control.available || isBusy}
          aria-describedby={control.available ? undefined : reason}
          onClick={() => void open()}
        >
          Open the billing portal
        </button>
      </div>
      {!control.available && control.message && <ClosedReason id={reason}>{control.message}</ClosedReason>}
      <Problem>{problem?.message}</Problem>
    </section>
  );
}
