export type AdminRemovalReason = 'REMOVED_BY_OWNER' | 'LEFT_ORGANIZATION' | 'BECAME_OWNER' | 'EXPIRED';
