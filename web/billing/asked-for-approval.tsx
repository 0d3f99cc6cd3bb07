import { useEffect, useRef } from 'react';
import { useClient } from 'urql';
import { type PurchaseRequest, WithdrawPurchase } from '../documents/purchase-documents';
import { formatMinute } from '../look/dates';
import { Problem } from '../look/problem';
import { useBilling } from './billing-context';
import { PurchaseFacts } from './purchase-facts';
import { useChange } from './use-change';

interface AskedForApprovalProps {
  readonly request: PurchaseRequest;
  readonly onClose: () => void;
}

/** In the dialog of a purchase that was over the spending policy: what the owners were asked, in its exact numbers. */
export function AskedForApproval({ request, onClose }: AskedForApprovalProps) {
  const { organizationId } = useBilling();
  const api = useClient();
  const { send, isBusy, problem } = useChange();
  const done = useRef<HTMLButtonElement>(null);
  // The button that had the focus is gone with its form.
  useEffect(() => done.current?.focus(), []);

  const withdraw = async () => {
    const input = { organizationId, requestId: request.id };
    if (await send(api.mutation(WithdrawPurchase, { input }).toPromise(), (data) => data.withdrawPurchase)) onClose();
  };

  return (
    <>
      <p role="status">
        This is over the spending limits of billing admins, so nothing was bought. The owners were asked to approve
        exactly this:
      </p>
      <PurchaseFacts request={request} />
      <p>They can decide until {formatMinute(request.lapsesAt)}. You see under “Spending” what comes of it.</p>
      <Problem>{problem?.message}</Problem>
      <div className="dialog-buttons">
        <button type="button" className="button" disabled={isBusy} onClick={() => void withdraw()}>
          Withdraw request
        </button>
        <button ref={done} type="button" className="button primary" onClick={onClose}>
          Done
        </button>
      </div>
    </>
  );
}
