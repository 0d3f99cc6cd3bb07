import { useId, useRef, useState } from 'react';
import type { BillingAdmin } from '../documents/roster-documents';
import { ClosedReason } from '../look/closed-reason';
import { keepFocus } from '../look/keep-focus';
import { Announcements } from './announcements';
import { ChangeTermsDialog } from './change-terms-dialog';
import { OwnerControls } from './owner-controls';
import { Admins, Owners } from './people-list';
import { RecentChanges } from './recent-changes';
import { RemoveDialog } from './remove-dialog';
import { useRosterContext } from './roster-context';
import { useRosterChanges } from './use-roster-changes';
import { SetbackNotice } from './setback-notice';
import { HoldStill } from './still-list';
import { wordsOfClosed } from './words-of-closed';

/** Who may manage billing, live; for owners with the controls, for everyone else without. */
export function BillingAdminsCard() {
  return (
    <HoldStill>
      <Card />
    </HoldStill>
  );
}

function Card() {
  const { open } = useRosterContext();
  const heading = useId();
  const ownersHeading = useRef<HTMLHeadingElement>(null);
  const admins = useRef<HTMLHeadingElement>(null);
  const changes = useRosterChanges();
  const [removing, setRemoving] = useState<BillingAdmin | null>(null);
  const [changing, setChanging] = useState<BillingAdmin | null>(null);

  const control = open.organization.billing.viewerAccess.controls.find((state) => state.control === 'BILLING_ADMINS');
  const mayManage = control?.available === true;
  const { owners, admins: current } = open.roster;
  const closed = control ? wordsOfClosed(control, open.roster, open.organization.billing.viewerAccess.level) : null;

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

      <h3 className="eyebrow" ref={ownersHeading} tabIndex={-1}>
        Owners <span className="count">{owners.length.toLocaleString()}</span>
      </h3>
      <Owners heading={ownersHeading} />
      <h3 className="eyebrow" ref={admins} tabIndex={-1}>
        Billing admins <span className="count">{current.length.toLocaleString()}</span>
      </h3>
      <Admins
        heading={admins}
        pending={changes.pending}
        controls={mayManage ? { onChange: setChanging, onRemove: setRemoving } : null}
      />

      {mayManage ? <OwnerControls changes={changes} /> : closed && <ClosedReason>{closed}</ClosedReason>}
      {/* Below the requests, since it comes and goes while the pointer is on one of them. */}
      <SetbackNotice changes={changes} />

      {mayManage && changing && (
        <ChangeTermsDialog
          admin={changing}
          onClose={() => {
            setChanging(null);
            keepFocus(admins.current);
          }}
        />
      )}
      {mayManage && removing && (
        <RemoveDialog
          admin={removing}
          organizationName={open.organization.name}
          onClose={() => {
            setRemoving(null);
            keepFocus(admins.current);
          }}
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
