import { useRef, useState } from 'react';
import { Dialog } from '../look/dialog';
import { formatEnd, formatMinute } from '../look/dates';
import { keepFocus } from '../look/keep-focus';
import { Problem } from '../look/problem';
import { useNow } from '../look/use-now';
import { WithdrawRequest } from '../documents/access-documents';
import { askedWords } from './grant-words';
import { RequestDialog } from './request-dialog';
import { useRosterContext } from './roster-context';
import { useRosterCall } from './use-roster-call';

/** What the viewer's access is where it is not the whole, for ever: with the people to ask, and the request. */
export function RequestAccess() {
  const { open } = useRosterContext();
  const { viewerId } = open;
  const now = useNow();
  const title = useRef<HTMLParagraphElement>(null);
  const [dialog, setDialog] = useState<'ask' | 'withdraw' | null>(null);
  const { viewerAccess, viewerAccessRequest: request, nextRequestAt } = open.organization.billing;
  const { level, expiresAt } = viewerAccess;

  if (level === 'MANAGE' && expiresAt === null) return null;
  const { owners } = open.roster;
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(
    owners
      .slice(0, 3)
      .map(({ name }) => name)
      .concat(owners.length > 3 ? ['another owner'] : []),
  );
  const end = expiresAt === null ? '' : ` until ${formatEnd(expiresAt, now)}`;
  // Told when it is too early to ask; the moment may be over since.
  const waits = nextRequestAt !== null && Date.parse(nextRequestAt) > now;
  const mayAsk = level !== 'MANAGE' && !request && !waits && owners.length > 0;
  const close = () => {
    setDialog(null);
    keepFocus(title.current);
  };

  return (
    <div className="ask" data-tone={level === 'MANAGE' ? 'quiet' : undefined}>
      <div className="ask-text">
        <p ref={title} tabIndex={-1}>
          <strong>{heading()}</strong>
        </p>
        {level === 'VIEW' && <p>You see plan, credits, usage and activity, and change nothing.</p>}
        <p>{whomToAsk()}</p>
        <div role="status">
          {request && (
            <p>
              You asked on {formatMinute(request.requestedAt)}{' '}
              {askedWords({ access: request.access, expiresAt: request.grantExpiresAt }, now)}. An owner can decide
              until {formatMinute(request.lapsesAt)}. This page opens by itself when one approves.
            </p>
          )}
          {!request && waits && (
            <p>Your last request was declined or withdrawn. You can ask again from {formatMinute(nextRequestAt)} on.</p>
          )}
        </div>
      </div>
      {mayAsk && (
        <button type="button" className="button primary" onClick={() => setDialog('ask')}>
          {level === 'VIEW' ? 'Ask to manage billing' : 'Request access'}
        </button>
      )}
      {request && (
        <button type="button" className="button" onClick={() => setDialog('withdraw')}>
          Withdraw request
        </button>
      )}
      {dialog === 'ask' && level !== 'MANAGE' && (
        <RequestDialog key={`${viewerId} ${level}`} level={level} names={names} onClose={close} />
      )}
      {dialog === 'withdraw' && request && <WithdrawDialog onClose={close} />}
    </div>
  );

  function heading(): string {
    if (level === 'MANAGE') return `You can manage billing${end}.`;
    return level === 'VIEW' ? `You have look-only access${end}.` : 'You don’t have billing access.';
  }

  function whomToAsk(): string {
    if (owners.length === 0) return 'This organization has no owner at the moment. Ask whoever manages its members.';
    if (level === 'MANAGE') return `${names} can change when it ends.`;
    return level === 'VIEW' ? `${names} can let you manage billing.` : `${names} can give you billing access.`;
  }
}

function WithdrawDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, open } = useRosterContext();
  const { call, isBusy, problem } = useRosterCall();
  const withdraw = async () => {
    const input = { organizationId: open.organization.id };
    const sending = api.mutation(WithdrawRequest, { input }).toPromise();
    if (await call(sending, (data) => data.withdrawBillingAccessRequest)) onClose();
  };
  return (
    <Dialog title="Withdraw your request?" onClose={onClose}>
      <p>Owners no longer see it. You can make a new request a day later.</p>
      <Problem>{problem}</Problem>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="button danger" disabled={isBusy} onClick={() => void withdraw()}>
          Withdraw
        </button>
      </div>
    </Dialog>
  );
}
