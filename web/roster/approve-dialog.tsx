import type { AccessRequest } from '../documents/roster-documents';
import { ApproveRequest } from '../documents/roster-documents';
import { Dialog } from '../look/dialog';
import { Problem } from '../look/problem';
import { useNow } from '../look/use-now';
import { ACCESS_WORDS, askedWords } from './grant-words';
import { RequestGone } from './request-gone';
import { useRosterContext } from './roster-context';
import { TermsFields } from './terms-fields';
import { typedTerms } from './typed-terms';
import { useRosterCall } from './use-roster-call';
import { useTypedTerms } from './use-typed-terms';

export interface DecideDialogProps {
  readonly request: AccessRequest;
  /** Whether somebody else has decided it, or the requester has withdrawn it, since the dialog was opened. */
  readonly isGone: boolean;
  readonly onClose: () => void;
}

const termsOf = ({ access, grantExpiresAt }: AccessRequest) => ({ access, expiresAt: grantExpiresAt });

/** Names the person and what they asked for; the owner may give less or more. */
export function ApproveDialog({ request, isGone: isAway, onClose }: DecideDialogProps) {
  const { api, open } = useRosterContext();
  const now = useNow();
  const { call, isBusy, problem } = useRosterCall();
  // The owner's own decision may be told before it is answered.
  const isGone = isAway && !isBusy;
  const asked = termsOf(request);
  // An end that has passed since cannot be given: the owner chooses another.
  const isOver = asked.expiresAt !== null && Date.parse(asked.expiresAt) <= now;
  const { fields, read } = useTypedTerms(
    isOver ? { access: asked.access, end: 'day', day: '' } : typedTerms(asked),
    isOver ? null : asked.expiresAt,
  );
  const { user } = request;
  const held = open.roster.admins.find((admin) => admin.user.id === user.id);

  const approve = async () => {
    const grant = read();
    if (!grant) return;
    const input = { organizationId: open.organization.id, requestId: request.id };
    const sending = api.mutation(ApproveRequest, { input, grant }).toPromise();
    if (await call(sending, (data) => data.approveBillingAccessRequest)) onClose();
  };

  return (
    <Dialog title={`Approve ${user.name}’s request?`} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void approve();
        }}
      >
        {isGone ? (
          <RequestGone />
        ) : (
          <>
            <p>
              {user.name} asks {askedWords(asked, now)}
              {held && `, and has “${ACCESS_WORDS[held.access]}” now`}. You may give less or more.
            </p>
            {request.reason && <q className="request-reason">{request.reason}</q>}
            <TermsFields {...fields} givenWords="As asked" explains />
          </>
        )}
        <Problem>{problem}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            {isGone ? 'Close' : 'Not now'}
          </button>
          {!isGone && (
            <button type="submit" className="button primary" disabled={isBusy}>
              Approve
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
