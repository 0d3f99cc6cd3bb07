import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useClient, useQuery } from 'urql';
import { Catalog, CreateTopUpCheckout } from '../documents/billing-documents';
import type { PurchaseRequest } from '../documents/purchase-documents';
import { Dialog } from '../look/dialog';
import { formatMoney } from '../look/numbers';
import { Problem } from '../look/problem';
import { AskedForApproval } from './asked-for-approval';
import { useBilling } from './billing-context';
import { newKey } from './new-key';
import { PackChoices } from './pack-choices';
import { returnUrl } from './return-url';
import { useChange } from './use-change';

/** Choose a pack; paying happens on the provider's page, and the credits come when the payment is confirmed. */
export function TopUpDialog({ onClose }: { readonly onClose: () => void }) {
  const { billing, organizationId } = useBilling();
  const api = useClient();
  const { send, isBusy, problem } = useChange();
  const [{ data: catalog, error }] = useQuery({ query: Catalog });
  const { register, handleSubmit, control } = useForm<{ packKey: string }>({ defaultValues: { packKey: '' } });
  const { packKey = '' } = useWatch({ control });
  const packs = catalog?.creditPacks ?? [];
  const chosen = packs.find(({ key }) => key === packKey);
  const [intention] = useState(newKey);
  const [asked, setAsked] = useState<PurchaseRequest | null>(null);
  // The same for each try, or it would be another call under the same key.
  const [back] = useState(() => returnUrl(organizationId, { kind: 'credits', before: billing.credits.topUp }));

  const pay = async () => {
    const payload = await send(
      api
        .mutation(CreateTopUpCheckout, {
          input: {
            organizationId,
            creditPackKey: packKey,
            returnUrl: back,
            idempotencyKey: `${intention}-${packKey}`,
          },
        })
        .toPromise(),
      (data) => data.createTopUpCheckout,
    );
    if (payload?.purchaseRequest) setAsked(payload.purchaseRequest);
    else if (payload?.checkoutUrl) window.location.assign(payload.checkoutUrl);
  };

  if (asked)
    return (
      <Dialog title="An owner has to approve this" onClose={onClose}>
        <AskedForApproval request={asked} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog title="Top up credits" onClose={onClose}>
      <form onSubmit={(event) => void handleSubmit(pay)(event)}>
        <p>Bought credits don’t expire, and are used after the included ones.</p>
        <PackChoices packs={packs} field={register('packKey')} />
        {error && <Problem>The packs can’t be shown right now. Close this and try again.</Problem>}
        <Problem>{problem?.message}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Not now
          </button>
          <button type="submit" className="button primary" disabled={!chosen || isBusy}>
            {chosen ? `Continue to pay ${formatMoney(chosen.price)}` : 'Continue'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
