import type { BillingAdmin } from '../documents/roster-documents';
import { UpdateBillingAdmin } from '../documents/roster-documents';
import { Dialog } from '../look/dialog';
import { Problem } from '../look/problem';
import { useNow } from '../look/use-now';
import { grantWords } from './grant-words';
import { useRosterContext } from './roster-context';
import { TermsFields } from './terms-fields';
import { typedTerms } from './typed-terms';
import { useRosterCall } from './use-roster-call';
import { useTypedTerms } from './use-typed-terms';

interface ChangeTermsDialogProps {
  /** As they were when the dialog was opened. */
  readonly admin: BillingAdmin;
  readonly onClose: () => void;
}

/** An owner changes what a grant gives, or when it ends. */
export function ChangeTermsDialog({ admin, onClose }: ChangeTermsDialogProps) {
  const { api, open, watch } = useRosterContext();
  const now = useNow();
  const { call, isBusy, problem } = useRosterCall();
  const { fields, read } = useTypedTerms(typedTerms(admin), admin.expiresAt);
  const { user } = admin;
  const current = open.roster.admins.find((other) => other.user.id === user.id);
  const isOther = !isBusy && current && (current.access !== admin.access || current.expiresAt !== admin.expiresAt);

  const save = async () => {
    const terms = read();
    if (!terms) return;
    const state = watch.state.get();
    const { version } = state.status === 'open' ? state.roster : open.roster;
    const input = {
      organizationId: open.organization.id,
      userId: user.id,
      access: terms.access,
      // What stays is not sent: an end may be later than one that could be set now.
      ...(terms.expiresAt !== current?.expiresAt && { expiresAt: terms.expiresAt }),
      expectedVersion: version,
    };
    if (await call(api.mutation(UpdateBillingAdmin, { input }).toPromise(), (data) => data.updateBillingAdmin))
      onClose();
  };

  return (
    <Dialog title={`Change ${user.name}’s billing access`} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {current ? (
          <TermsFields {...fields} explains />
        ) : (
          <p role="status">{user.name} is no longer a billing admin. Nothing can be changed here.</p>
        )}
        {isOther && (
          <p className="dialog-news" role="status">
            Somebody else has changed it meanwhile: {grantWords(current, now)}. Saving replaces that.
          </p>
        )}
        <Problem>{problem}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            {current ? 'Cancel' : 'Close'}
          </button>
          {current && (
            <button type="submit" className="button primary" disabled={isBusy}>
              Save
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
