import { useId, useState } from 'react';
import { useClient } from 'urql';
import { UpdateAutoRecharge } from '../documents/billing-documents';
import { ClosedReason } from '../look/closed-reason';
import { formatMoney, formatNumber } from '../look/numbers';
import { Problem } from '../look/problem';
import { onDemand } from '../look/on-demand';
import { useBilling, useControl } from './billing-context';
import { useChange } from './use-change';

const AutoRechargeDialog = onDemand(() => import('./auto-recharge-dialog').then((module) => module.AutoRechargeDialog));

const WHY_OFF = {
  DECLINED: 'Switched off, because the payment was declined three times in a row.',
  PAYMENT_METHOD_REMOVED: 'Switched off, because there is no payment method on file any more.',
  TURNED_OFF: 'Switched off.',
} as const;

export function AutoRechargeCard() {
  const { billing, organizationId } = useBilling();
  const control = useControl('AUTO_RECHARGE');
  const api = useClient();
  const heading = useId();
  const reason = useId();
  const { send, isBusy, problem } = useChange();
  const [isOpen, setIsOpen] = useState(false);
  const { autoRecharge } = billing;
  const isOn = autoRecharge?.enabled === true;

  const switchOff = () => {
    const { thresholdCredits = 0, creditPack } = autoRecharge ?? {};
    void send(
      api
        .mutation(UpdateAutoRecharge, {
          input: { organizationId, enabled: false, thresholdCredits, creditPackKey: creditPack?.key ?? '' },
        })
        .toPromise(),
      (data) => data.updateAutoRecharge,
    );
  };

  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-title">
        <h2 id={heading}>Auto-recharge</h2>
        {autoRecharge && <span className={`badge ${isOn ? 'good' : ''}`}>{isOn ? 'On' : 'Off'}</span>}
      </div>
      <p className="card-text">{words()}</p>
      <div className="card-buttons">
        <button
          type="button"
          className="button"
          disabled={!control.available}
          aria-describedby={control.available ? undefined : reason}
          onClick={() => setIsOpen(true)}
        >
          {isOn ? 'Change' : 'Set up'}
        </button>
        {/* Every billing manager may spend less, whatever else is closed. */}
        {isOn && (
          <button type="button" className="button quiet" disabled={isBusy} onClick={switchOff}>
            Switch off
          </button>
        )}
      </div>
      {!control.available && control.message && <ClosedReason id={reason}>{control.message}</ClosedReason>}
      <Problem>{problem?.message}</Problem>
      {isOpen && control.available && <AutoRechargeDialog onClose={() => setIsOpen(false)} />}
    </section>
  );

  function words(): string {
    if (isOn && autoRecharge.creditPack) {
      const { thresholdCredits, creditPack, monthlyLimit } = autoRecharge;
      const most = monthlyLimit ? `, at most ${formatMoney(monthlyLimit)} a month` : '';
      return `Buys ${formatNumber(creditPack.credits)} credits for ${formatMoney(creditPack.price)} when fewer than ${formatNumber(thresholdCredits)} are left${most}.`;
    }
    if (autoRecharge?.disabledReason) return WHY_OFF[autoRecharge.disabledReason];
    return 'Buys credits by itself when they run low, so that work does not stop.';
  }
}
