import { type FormEvent, useId, useState } from 'react';
import { useMutation } from 'urql';
import { RequestAccess as RequestAccessMutation } from '../documents/roster-documents';
import { Dialog } from '../look/dialog';
import { formatMinute } from '../look/dates';
import { useRosterContext } from './roster-context';

/** For members without billing access: the people to ask, and the request. */
export function RequestAccess() {
  const { open } = useRosterContext();
  const { viewerId } = open;
  const [isAsking, setIsAsking] = useState(false);
  const { viewerAccess, viewerAccessRequest } = open.organization.billing;
  if (viewerAccess.level !== 'READ_ONLY') return null;

  const { owners } = open.roster;
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(
    owners
      .slice(0, 3)
      .map(({ name }) => name)
      .concat(owners.length > 3 ? ['another owner'] : []),
  );
  return (
    <div className="ask">
      <div className="ask-text">
        <p>
          <strong>You can look, and not change anything.</strong>
        </p>
        <p>
          {owners.length > 0
            ? `${names} can give you billing access.`
            : 'This organization has no owner at the moment. Ask whoever manages its members.'}
        </p>
        {viewerAccessRequest && (
          <p role="status">
            You asked on {formatMinute(viewerAccessRequest.requestedAt)}. This page opens by itself when an owner
            approves.
          </p>
        )}
      </div>
      {!viewerAccessRequest && owners.length > 0 && (
        <button type="button" className="button primary" onClick={() => setIsAsking(true)}>
          Request access
        </button>
      )}
      {isAsking && <RequestDialog key={viewerId} names={names} onClose={() => setIsAsking(false)} />}
    </div>
  );
}

function RequestDialog({ names, onClose }: { readonly names: string; readonly onClose: () => void }) {
  const { open } = useRosterContext();
  const [{ fetching, data, error }, send] = useMutation(RequestAccessMutation);
  const field = useId();
  const refusal = data?.requestBillingAccess?.userErrors[0]?.message;

  const ask = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = (new FormData(event.currentTarget).get('reason') as string).trim();
    const result = await send({ input: { organizationId: open.organization.id, ...(reason && { reason }) } });
    if (result.data?.requestBillingAccess?.request) onClose();
  };

  return (
    <Dialog title="Request billing access" onClose={onClose}>
      <form onSubmit={(event) => void ask(event)}>
        <p>
          Your request goes to the owners of {open.organization.name}: {names}.
        </p>
        <div>
          <label className="field-label" htmlFor={field}>
            Why do you need it? <span className="optional">optional</span>
          </label>
          <textarea id={field} name="reason" className="input" rows={3} maxLength={500} />
        </div>
        {(refusal || error) && (
          <p role="alert" className="problem">
            {refusal ?? 'The service could not be reached. Try again.'}
          </p>
        )}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={fetching}>
            Send request
          </button>
        </div>
      </form>
    </Dialog>
  );
}
