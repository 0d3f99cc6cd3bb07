import { type FormEvent, useId } from 'react';
import { RequestAccess } from '../documents/access-documents';
import { Dialog } from '../look/dialog';
import { Problem } from '../look/problem';
import { useRosterContext } from './roster-context';
import { TermsFields } from './terms-fields';
import { USUAL_TERMS } from './typed-terms';
import { useRosterCall } from './use-roster-call';
import { useTypedTerms } from './use-typed-terms';

interface RequestDialogProps {
  /** What the viewer has; who may look already asks to manage. */
  readonly level: 'READ_ONLY' | 'VIEW';
  /** The owners, in words. */
  readonly names: string;
  readonly onClose: () => void;
}

export function RequestDialog({ level, names, onClose }: RequestDialogProps) {
  const { api, open } = useRosterContext();
  const { call, isBusy, problem } = useRosterCall();
  const { fields, read } = useTypedTerms(USUAL_TERMS);
  const field = useId();

  const ask = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const terms = read();
    if (!terms) return;
    const reason = (new FormData(event.currentTarget).get('reason') as string).trim();
    const input = {
      organizationId: open.organization.id,
      access: terms.access,
      grantExpiresAt: terms.expiresAt,
      ...(reason && { reason }),
    };
    if (await call(api.mutation(RequestAccess, { input }).toPromise(), (data) => data.requestBillingAccess)) onClose();
  };

  return (
    <Dialog title={level === 'VIEW' ? 'Ask to manage billing' : 'Request billing access'} onClose={onClose}>
      <form noValidate onSubmit={(event) => void ask(event)}>
        <p>
          Your request goes to the owners of {open.organization.name}: {names}.
        </p>
        <TermsFields {...fields} hasKinds={level === 'READ_ONLY'} explains />
        <div>
          <label className="field-label" htmlFor={field}>
            Why do you need it? <span className="optional">optional</span>
          </label>
          <textarea id={field} name="reason" className="input" rows={3} maxLength={500} />
        </div>
        <Problem>{problem}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            Send request
          </button>
        </div>
      </form>
    </Dialog>
  );
}
