import { useId, useRef, useState } from 'react';
import type { AccessRequest } from '../documents/roster-documents';
import { formatMinute } from '../look/dates';
import { useHeld, useHeldRows } from '../look/hold-still';
import { Initials } from '../look/initials';
import { keepFocus } from '../look/keep-focus';
import { useNow } from '../look/use-now';
import { ApproveDialog } from './approve-dialog';
import { DeclineDialog } from './decline-dialog';
import { ACCESS_WORDS, askedWords } from './grant-words';
import { useRosterContext } from './roster-context';
import { StillList, useHold } from './still-list';
import { TeammatePicker } from './teammate-picker';
import { useOwnerView } from './use-owner-view';
import type { RosterChanges } from './use-roster-changes';

interface Decision {
  readonly kind: 'APPROVE' | 'DECLINE';
  readonly request: AccessRequest;
}

/** What owners alone see: adding somebody, and deciding about who asks. */
export function OwnerControls({ changes }: { readonly changes: RosterChanges }) {
  const heading = useId();
  const headingElement = useRef<HTMLHeadingElement>(null);
  const { pendingInvitations, requests } = useOwnerView();
  const invitations = useHeld(pendingInvitations, useHold('invitations') !== 'free');
  const rows = useHeldRows(requests, ({ id }) => id, useHold('requests'));
  const [decision, setDecision] = useState<Decision | null>(null);
  const Decide = decision?.kind === 'APPROVE' ? ApproveDialog : DeclineDialog;

  return (
    <section className="owner-controls" aria-labelledby={heading}>
      <h3 id={heading} ref={headingElement} tabIndex={-1} className="eyebrow">
        Owner controls
      </h3>
      <TeammatePicker onAdd={changes.add} />
      {invitations > 0 && (
        <p className="note">
          {invitations === 1
            ? '1 pending invitation: the person appears here once they accept.'
            : `${invitations.toLocaleString()} pending invitations: the people appear here once they accept.`}
        </p>
      )}
      {requests.length > 0 && (
        <StillList place="requests" className="requests" label="Requests for billing access" heading={headingElement}>
          {rows.map(({ row, isGone }) => (
            <Request
              key={row.id}
              request={row}
              isGone={isGone}
              onDecide={(kind) => setDecision({ kind, request: row })}
            />
          ))}
        </StillList>
      )}
      {decision && (
        <Decide
          request={decision.request}
          isGone={!requests.some(({ id }) => id === decision.request.id)}
          onClose={() => {
            setDecision(null);
            keepFocus(headingElement.current);
          }}
        />
      )}
    </section>
  );
}

interface RequestProps {
  readonly request: AccessRequest;
  readonly isGone: boolean;
  readonly onDecide: (kind: Decision['kind']) => void;
}

function Request({ request, isGone, onDecide }: RequestProps) {
  const { open } = useRosterContext();
  const now = useNow();
  const { user, reason, requestedAt, lapsesAt, access, grantExpiresAt } = request;
  const held = open.roster.admins.find((admin) => admin.user.id === user.id);
  return (
    <li className="request" data-gone={isGone || undefined}>
      <Initials id={user.id} name={user.name} />
      <div className="person-text">
        <span>
          <strong className="person-name">{user.name}</strong> asks{' '}
          {askedWords({ access, expiresAt: grantExpiresAt }, now)}
        </span>
        {reason && <q className="request-reason">{reason}</q>}
        <span className="person-detail">
          {held && `Has now: ${ACCESS_WORDS[held.access]}. `}
          Asked on {formatMinute(requestedAt)}. Lapses on {formatMinute(lapsesAt)}.
        </span>
      </div>
      <div className="request-buttons">
        <button type="button" className="button" onClick={() => onDecide('DECLINE')}>
          Decline <span className="hidden-text">the request of {user.name}</span>
        </button>
        <button type="button" className="button primary" onClick={() => onDecide('APPROVE')}>
          Approve <span className="hidden-text">the request of {user.name}</span>
        </button>
      </div>
    </li>
  );
}
