import type { BillingAdmin } from '../documents/roster-documents';
import { Dialog } from '../look/dialog';

interface RemoveDialogProps {
  readonly admin: BillingAdmin;
  readonly organizationName: string;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** Says what removing takes away and what it leaves, before anybody does it. */
export function RemoveDialog({ admin: { user, access }, organizationName, onRemove, onClose }: RemoveDialogProps) {
  return (
    <Dialog title={`Remove ${user.name} as a billing admin?`} onClose={onClose}>
      <p>
        {user.name} can no longer {access === 'MANAGE' && 'change the plan, buy credits, open the billing portal or '}
        see usage and activity of {organizationName}. This takes effect at once.
      </p>
      <p>
        {user.name} stays a member of {organizationName}, keeps their role and everything outside of billing, and still
        sees the plan, the credits and who to ask. You can add them again at any time.
      </p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Keep
        </button>
        <button type="button" className="button danger" onClick={onRemove}>
          Remove
        </button>
      </div>
    </Dialog>
  );
}
