import { DeclineRequest } from '../documents/roster-documents';
import { Dialog } from '../look/dialog';
import { Problem } from '../look/problem';
import type { DecideDialogProps } from './approve-dialog';
import { RequestGone } from './request-gone';
import { useRosterContext } from './roster-context';
import { useRosterCall } from './use-roster-call';

export function DeclineDialog({ request, isGone: isAway, onClose }: DecideDialogProps) {
  const { api, open } = useRosterContext();
  const { call, isBusy, problem } = useRosterCall();
  const isGone = isAway && !isBusy;
  const { user } = request;

  const decline = async () => {
    const input = { organizationId: open.organization.id, requestId: request.id };
    const sending = api.mutation(DeclineRequest, { input }).toPromise();
    if (await call(sending, (data) => data.declineBillingAccessRequest)) onClose();
  };

  return (
    <Dialog title={`Decline ${user.name}’s request?`} onClose={onClose}>
      {isGone ? <RequestGone /> : <p>Nothing changes for {user.name}, who can ask again a day later.</p>}
      <Problem>{problem}</Problem>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          {isGone ? 'Close' : 'Not now'}
        </button>
        {!isGone && (
          <button type="button" className="button danger" disabled={isBusy} onClick={() => void decline()}>
            Decline
          </button>
        )}
      </div>
    </Dialog>
  );
}
