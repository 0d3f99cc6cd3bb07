import { useId, useState } from 'react';
import { ClosedReason } from '../look/closed-reason';
import { formatNumber } from '../look/numbers';
import { onDemand } from '../look/on-demand';
import { useBilling, useControl } from './billing-context';

const TopUpDialog = onDemand(() => import('./top-up-dialog').then((module) => module.TopUpDialog));

export function CreditsCard() {
  const { billing } = useBilling();
  const control = useControl('TOP_UP');
  const heading = useId();
  const reason = useId();
  const [isOpen, setIsOpen] = useState(false);
  const { available, included, topUp } = billing.credits;
  const isUsedUp = available < 0 || (available === 0 && billing.status !== 'NONE');
  const positive = Math.max(included, 0) + Math.max(topUp, 0);

  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-title">
        <h2 id={heading}>Credits</h2>
        {isUsedUp && <span className="badge bad">Used up</span>}
      </div>
      <p className="figure" data-negative={available < 0 || undefined}>
        {formatNumber(available)}
      </p>
      {positive > 0 && (
        <svg className="split" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="6" className="split-top-up" />
          <rect width={(100 * Math.max(included, 0)) / positive} height="6" className="split-included" />
        </svg>
      )}
      <dl className="legend">
        <div>
          <dt data-kind="included">Included in the plan</dt>
          <dd>{formatNumber(included)}</dd>
        </div>
        <div>
          <dt data-kind="top-up">Bought or given</dt>
          <dd>{formatNumber(topUp)}</dd>
        </div>
      </dl>
      <div className="card-buttons">
        <button
          type="button"
          className="button"
          disabled={!control.available}
          aria-describedby={control.available ? undefined : reason}
          onClick={() => setIsOpen(true)}
        >
          Top up
        </button>
      </div>
      {!control.available && control.message && <ClosedReason id={reason}>{control.message}</ClosedReason>}
      {isOpen && control.available && <TopUpDialog onClose={() => setIsOpen(false)} />}
    </section>
  );
}
