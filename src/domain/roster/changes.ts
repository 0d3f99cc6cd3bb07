export type RosterChangeKind =
  | 'ADMIN_ADDED'
  | 'ADMIN_REMOVED'
  | 'OWNER_ADDED'
  | 'OWNER_REMOVED'
  | 'TEAMMATE_JOINED'
  | 'TEAMMATE_LEFT';

export type AdminRemovalReason = 'REMOVED_BY_OWNER' | 'LEFT_ORGANIZATION' | 'BECAME_OWNER';
