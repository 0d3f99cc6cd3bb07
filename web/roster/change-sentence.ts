import type { RosterChange } from '../documents/roster-documents';
import { formatEnd } from '../look/dates';

/** What happened, for people. `viewerId` is addressed as "you". */
export function changeSentence(change: RosterChange, viewerId: string): string {
  const { kind, user, actor, removalReason } = change;
  const isViewer = user.id === viewerId;
  const who = isViewer ? 'You' : user.name;
  const whom = isViewer ? 'you' : user.name;
  const whose = isViewer ? 'your' : `${user.name}’s`;
  const by = actor?.id === viewerId ? 'You' : (actor?.name ?? 'An owner');
  switch (kind) {
    case 'ADMIN_ADDED':
      return `${by} added ${whom} as a billing admin${termsOf(change, ' to look only')}.`;
    case 'ADMIN_UPDATED':
      return `${by} changed ${whose} billing access${change.access ? ` to ${change.access === 'VIEW' ? 'look only' : 'manage billing'}${endOf(change)}` : ''}.`;
    case 'ADMIN_REMOVED':
      if (removalReason === 'EXPIRED') return `${isViewer ? 'Your' : whose} billing access has ended.`;
      if (removalReason === 'LEFT_ORGANIZATION')
        return `${who} left the organization and no longer ${has(isViewer)} billing access.`;
      if (removalReason === 'BECAME_OWNER') return `${who} became an owner, with billing access by default.`;
      return `${by} removed ${whom} as a billing admin.`;
    case 'OWNER_ADDED':
      return `${who} became an owner.`;
    case 'OWNER_REMOVED':
      return `${who} ${isViewer ? 'are' : 'is'} no longer an owner.`;
    case 'TEAMMATE_JOINED':
      return `${who} joined the organization.`;
    case 'TEAMMATE_LEFT':
      return `${who} left the organization.`;
  }
}

const has = (isViewer: boolean) => (isViewer ? 'have' : 'has');

/** What is unusual about a grant: that it is to look only, and that it ends. */
const termsOf = (change: RosterChange, lookOnly: string) =>
  `${change.access === 'VIEW' ? lookOnly : ''}${endOf(change)}`;

/** The year is said where it is not the one in which it happened. */
const endOf = ({ expiresAt, occurredAt }: RosterChange) =>
  expiresAt ? `, until ${formatEnd(expiresAt, Date.parse(occurredAt))}` : '';
