import { useId, useRef, useState } from 'react';
import type { PurchaseRequest, SpendingPolicy } from '../documents/purchase-documents';
import { formatMinute } from '../look/dates';
import { useHeldRows } from '../look/hold-still';
import { keepFocus } from '../look/keep-focus';
import { formatMoney } from '../look/numbers';
import { onDemand } from '../look/on-demand';
import { HoldStill, StillList, useHold } from '../roster/still-list';
import { useBilling, useControl } from './billing-context';
import type { PurchaseDecision } from './purchase-dialog';
import { costWords, purchaseWords } from './purchase-words';
import { useSpending } from './use-spending';

const SpendingLimitsDialog = onDemand(() =>
  import('./spending-limits-dialog').then((module) => module.SpendingLimitsDialog),
);
const PurchaseDialog = onDemand(() => import('./purchase-dialog').then((module) => module.PurchaseDialog));

/** Decided requests that are shown beside those that can be paid. */
const DECIDED = 3;

/** What billing admins may buy without asking, and what waits for an owner. */
export function SpendingCard() {
  const { billing } = useBilling();
  const reasons = [useControl('SUBSCRIPTION'), useControl('TOP_UP')].map((control) => control.unavailableReason);
  const hasSales = reasons.some((reason) => reason !== 'CUSTOM_CONTRACT' && reason !== 'CHECKOUT_NOT_CONFIGURED');
  if (billing.viewerAccess.level === 'READ_ONLY' || !hasSales) return null;
  return (
    <HoldStill>
      <Card />
    </HoldStill>
  );
}

function Card() {
  const { open, billing } = useBilling();
  const heading = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const { policy, requests, hasFailed, again } = useSpending();
  const [isSetting, setIsSetting] = useState(false);
  const [deciding, setDeciding] = useState<{
    readonly decision: PurchaseDecision;
    readonly request: PurchaseRequest;
  } | null>(null);
  const isOwner = billing.viewerAccess.source === 'OWNER';
  const waiting = requests.filter(({ status }) => status === 'OPEN');
  const decided = requests.filter(({ status }) => status !== 'OPEN');
  const payable = decided.filter(({ checkoutUrl }) => checkoutUrl !== null);
  const shown = [...waiting, ...payable, ...decided.filter((one) => !payable.includes(one)).slice(0, DECIDED)];
  const rows = useHeldRows(shown, ({ id }) => id, useHold('purchases'));
  const done = () => {
    setIsSetting(false);
    setDeciding(null);
    again();
    keepFocus(title.current);
  };

  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-title">
        <h2 id={heading} ref={title} tabIndex={-1}>
          Spending
        </h2>
        {waiting.length > 0 && (
          <span className="badge warn">
            {waiting.length} {waiting.length === 1 ? 'request' : 'requests'} open
          </span>
        )}
      </div>
      {policy ? (
        <Limits policy={policy} />
      ) : (
        <p className="card-text" role="status">
          {hasFailed ? 'Spending can’t be shown right now.' : 'Loading…'}{' '}
          {hasFailed && (
            <button type="button" className="link-button" onClick={again}>
              Try again
            </button>
          )}
        </p>
      )}
      {isOwner && policy && (
        <div className="card-buttons">
          <button type="button" className="button" onClick={() => setIsSetting(true)}>
            {policy.perPurchase || policy.perMonth ? 'Change limits' : 'Set limits'}
          </button>
        </div>
      )}
      {rows.length > 0 && (
        <StillList place="purchases" className="requests" label="Purchase requests" heading={title}>
          {rows.map(({ row, isGone }) => (
            <Purchase
              key={row.id}
              request={row}
              isGone={isGone}
              viewerId={open.viewerId}
              isOwner={isOwner}
              onDecide={(decision) => setDeciding({ decision, request: row })}
            />
          ))}
        </StillList>
      )}
      {isSetting && isOwner && policy && <SpendingLimitsDialog policy={policy} onClose={done} />}
      {deciding && (isOwner || deciding.decision === 'withdraw') && (
        <PurchaseDialog
          {...deciding}
          isDecided={!waiting.some(({ id }) => id === deciding.request.id)}
          onClose={done}
        />
      )}
    </section>
  );
}

function Limits({
  policy: { perPurchase, perMonth, spentThisMonth, heldThisMonth },
}: {
  readonly policy: SpendingPolicy;
}) {
  if (!perPurchase && !perMonth)
    return <p className="card-text">Billing admins buy without an owner’s approval. Owners can set limits.</p>;
  const limits = [
    perPurchase && `${formatMoney(perPurchase)} for each purchase`,
    perMonth && `${formatMoney(perMonth)} a month`,
  ].filter((limit) => limit !== null);
  const left = perMonth && Math.max(0, perMonth.amount - spentThisMonth.amount - heldThisMonth.amount);
  return (
    <>
      <p className="card-text">
        Billing admins and auto-recharge may spend up to {limits.join(' and ')}. An owner approves what is above.
      </p>
      {perMonth && left !== null && (
        <dl className="facts spent">
          <div>
            <dt>Spent this month (UTC)</dt>
            <dd>{formatMoney(spentThisMonth)}</dd>
          </div>
          {heldThisMonth.amount > 0 && (
            <div>
              <dt>Held for open payments</dt>
              <dd>{formatMoney(heldThisMonth)}</dd>
            </div>
          )}
          <div>
            <dt>Left without approval</dt>
            <dd>{formatMoney({ ...perMonth, amount: left })}</dd>
          </div>
        </dl>
      )}
    </>
  );
}

interface PurchaseProps {
  readonly request: PurchaseRequest;
  readonly isGone: boolean;
  readonly viewerId: string;
  readonly isOwner: boolean;
  readonly onDecide: (decision: PurchaseDecision) => void;
}

function Purchase({ request, isGone, viewerId, isOwner, onDecide }: PurchaseProps) {
  const { status, requestedBy, requestedAt, lapsesAt, checkoutUrl } = request;
  const isOwn = requestedBy?.id === viewerId;
  const what = purchaseWords(request);
  const whose = (
    <span className="hidden-text">{`the purchase of ${what}${isOwn ? '' : ` by ${requestedBy?.name}`}`}</span>
  );
  return (
    <li className="request purchase" data-gone={isGone || undefined}>
      <div className="person-text">
        <span className="person-name">{what}</span>
        <span>{costWords(request)}</span>
        <span className="person-detail">
          {isOwn ? 'You' : (requestedBy?.name ?? 'A former member')} asked on {formatMinute(requestedAt)}.{' '}
          {status === 'OPEN' ? `Lapses on ${formatMinute(lapsesAt)}.` : outcome()}
        </span>
      </div>
      {(status === 'OPEN' && (isOwner || isOwn)) || checkoutUrl !== null ? (
        <div className="request-buttons">
          {status === 'OPEN' && isOwn && (
            <button type="button" className="button" onClick={() => onDecide('withdraw')}>
              Withdraw {whose}
            </button>
          )}
          {status === 'OPEN' && isOwner && !isOwn && (
            <>
              <button type="button" className="button" onClick={() => onDecide('decline')}>
                Decline {whose}
              </button>
              <button type="button" className="button primary" onClick={() => onDecide('approve')}>
                Approve {whose}
              </button>
            </>
          )}
          {checkoutUrl !== null && (
            <a className="button primary" href={checkoutUrl}>
              Continue to checkout {whose}
            </a>
          )}
        </div>
      ) : null}
    </li>
  );

  function outcome(): string {
    const { decidedBy, decidedAt } = request;
    const by = decidedBy ? ` by ${decidedBy.id === viewerId ? 'you' : decidedBy.name}` : '';
    const on = decidedAt ? ` on ${formatMinute(decidedAt)}` : '';
    if (status === 'APPROVED') return `Approved${by}${on}.`;
    if (status === 'DECLINED') return `Declined${by}${on}.`;
    return status === 'WITHDRAWN' ? `Withdrawn${on}.` : `Lapsed${on}.`;
  }
}
