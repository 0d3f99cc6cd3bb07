import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import {
  ApprovePurchase,
  DeclinePurchase,
  type PurchaseRequest,
  WithdrawPurchase,
} from '../documents/purchase-documents';
import { Dialog } from '../look/dialog';
import { formatMoney } from '../look/numbers';
import { Problem } from '../look/problem';
import { useBilling } from './billing-context';
import { PurchaseFacts } from './purchase-facts';
import { returnUrl } from './return-url';
import { useChange } from './use-change';

export type PurchaseDecision = 'approve' | 'decline' | 'withdraw';

interface PurchaseDialogProps {
  readonly decision: PurchaseDecision;
  readonly request: PurchaseRequest;
  /** Whether it is decided since the dialog was opened. */
  readonly isDecided: boolean;
  readonly onClose: () => void;
}

/** Names the person and the amount before a purchase request is decided. */
export function PurchaseDialog({ decision, request, isDecided, onClose }: PurchaseDialogProps) {
  const { billing, organizationId } = useBilling();
  const api = useClient();
  const { send, isBusy, problem } = useChange();
  const [checkoutUrl, setCheckoutUrl] = useState<string | null>(null);
  const name = request.requestedBy?.name ?? 'a former member';
  const amount = formatMoney(request.amount);
  const isSubscribed = billing.status !== 'NONE' && billing.status !== 'CANCELED';
  // A change of a plan that is paid for is charged at once; everything else is paid on the provider's page.
  const hasPage = request.creditPack !== null || !isSubscribed;
  const [back] = useState(() =>
    returnUrl(
      organizationId,
      request.creditPack ? { kind: 'credits', before: billing.credits.topUp } : { kind: 'plan' },
    ),
  );
  // The viewer's own decision may be told before it is answered.
  const isGone = isDecided && !isBusy && checkoutUrl === null;

  const decide = async () => {
    const input = { organizationId, requestId: request.id };
    if (decision === 'approve') {
      const payload = await send(
        api.mutation(ApprovePurchase, { input: { ...input, returnUrl: back } }).toPromise(),
        (data) => data.approvePurchase,
      );
      if (payload?.checkoutUrl) setCheckoutUrl(payload.checkoutUrl);
      else if (payload) onClose();
      return;
    }
    const payload =
      decision === 'decline'
        ? await send(api.mutation(DeclinePurchase, { input }).toPromise(), (data) => data.declinePurchase)
        : await send(api.mutation(WithdrawPurchase, { input }).toPromise(), (data) => data.withdrawPurchase);
    if (payload) onClose();
  };

  return (
    <Dialog title={title()} onClose={onClose}>
      {checkoutUrl !== null ? (
        <Approved checkoutUrl={checkoutUrl} name={name} onClose={onClose} />
      ) : (
        <>
          {isGone ? (
            <p role="status">This request is no longer open: it was decided, withdrawn, or has lapsed.</p>
          ) : (
            <>
              <PurchaseFacts request={request} />
              <p>{what()}</p>
            </>
          )}
          <Problem>{problem?.message}</Problem>
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={onClose}>
              {isGone ? 'Close' : 'Not now'}
            </button>
            {!isGone && (
              <button
                type="button"
                className={decision === 'approve' ? 'button primary' : 'button danger'}
                disabled={isBusy}
                onClick={() => void decide()}
              >
                {verb()}
              </button>
            )}
          </div>
        </>
      )}
    </Dialog>
  );

  function title(): string {
    if (decision === 'withdraw') return `Withdraw your purchase request of ${amount}?`;
    return `${decision === 'approve' ? 'Approve' : 'Decline'} ${name}’s purchase of ${amount}?`;
  }

  function what(): string {
    if (decision === 'withdraw') return 'The owners no longer see it, and nothing is bought.';
    if (decision === 'decline') return `Nothing is bought. ${name} sees that you declined.`;
    return hasPage
      ? `After your approval it can be paid on the payment page, by you or by ${name}.`
      : `The payment method on file is charged ${amount} at once.`;
  }

  function verb(): string {
    if (decision === 'withdraw') return 'Withdraw';
    if (decision === 'decline') return 'Decline';
    return hasPage || request.amount.amount === 0 ? 'Approve' : `Approve and pay ${amount}`;
  }
}

interface ApprovedProps {
  readonly checkoutUrl: string;
  readonly name: string;
  readonly onClose: () => void;
}

function Approved({ checkoutUrl, name, onClose }: ApprovedProps) {
  const link = useRef<HTMLAnchorElement>(null);
  // The button that had the focus is gone.
  useEffect(() => link.current?.focus(), []);
  return (
    <>
      <p role="status">Approved. Pay now, or leave it to {name}, who sees the same link under “Spending”.</p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
        <a ref={link} className="button primary" href={checkoutUrl}>
          Continue to checkout
        </a>
      </div>
    </>
  );
}
