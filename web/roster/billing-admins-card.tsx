import { useId, useRef, useState } from 'react';
import type { BillingAdmin } from '../documents/roster-documents';
import { ClosedReason } from '../look/closed-reason';
import { Announcements } from './announcements';
import { OwnerControls } from './owner-controls';
import { Admins, Owners } from './people-list';
import { RecentChanges } from './recent-changes';
import { RemoveDialog } from './remove-dialog';
import { useRosterSurroundings } from './roster-context';
import { useRosterChanges } from './use-roster-changes';
import { wordsOfClosed } from './words-of-closed';

/** Who may manage billing, live; for owners with the controls, for everyone else without. */
export function BillingAdminsCard() {
  const { open } = useRosterSurroundings();
  const heading = useId();
  const admins = useRef<HTMLHeadingElement>(null);
  const changes = useRosterChanges();
  const [removing, setRemoving] = useState<BillingAdmin | null>(null);

  const control = open.organization.billing.viewerAccess.controls.find((state) => state.control === 'BILLING_ADMINS');
  const mayManage = control?.available === true;
  const { owners, admins: current } = open.roster;
  const closed = control ? wordsOfClosed(control, open.roster) : null;

  return (
    <section className="card roster" aria-labelledby={heading}>
      <header className="card-head">
        <h2 id={heading}>Billing admins</h2>
        <p className="card-intro">
          People who may manage the billing of {open.organization.name}. The access is for billing alone and changes
          nobody’s role.
        </p>
      </header>
      <Announcements />
      <RecentChanges />

      <h3 className="eyebrow">
        Owners <span className="count">{owners.length.toLocaleString()}</span>
      </h3>
      <Owners />
      <h3 className="eyebrow" ref={admins} tabIndex={-1}>
        Billing admins <span className="count">{current.length.toLocaleString()}</span>
      </h3>
      <Admins pending={changes.pending} onRemove={mayManage ? setRemoving : null} />

      {changes.setback && (
        <div className="problem" role="alert">
          <p>{changes.setback.message}</p>
          <div className="problem-buttons">
            {changes.setback.retry && (
              <button type="button" className="button" onClick={changes.setback.retry}>
                Try again
              </button>
            )}
            <button type="button" className="button quiet" onClick={changes.forgetSetback}>
              Dismiss
            </button>
          </div>
        </div>
      )}
      {mayManage ? <OwnerControls changes={changes} /> : closed && <ClosedReason>{closed}</ClosedReason>}

      {mayManage && removing && (
        <RemoveDialog
          admin={removing}
          organizationName={open.organization.name}
          onClose={() => setRemoving(null)}
          onRemove={() => {
            void changes.remove(removing.user);
            setRemoving(null);
            // The dialog gives the focus back to a button that goes away with its row.
            setTimeout(() => admins.current?.focus());
          }}
        />
      )}
    </section>
  );
}
