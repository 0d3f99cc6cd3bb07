import type { Access, Control } from '../documents/access-documents';

type Level = Access['viewerAccess']['level'];

/** Replaces the service's messages, which name an owner to ask, in an organization without owners. */
const WITHOUT_OWNERS: Partial<Record<string, (level: Level) => string>> = {
  BILLING_ACCESS_REQUIRED: (level) =>
    level === 'VIEW'
      ? 'Your billing access is to look only, and there is no owner at the moment who could give you more.'
      : 'You need billing access for this, and there is no owner at the moment who could give it.',
  OWNER_REQUIRED: () => 'Only owners add or remove billing admins, and there is none at the moment.',
};

/** Why a control is closed, in words that fit an organization with or without owners; null where it is open. */
export function wordsOfClosed(
  { unavailableReason, message }: Control,
  { owners }: { readonly owners: readonly unknown[] },
  level: Level,
): string | null {
  const instead = owners.length === 0 && unavailableReason !== null ? WITHOUT_OWNERS[unavailableReason] : undefined;
  return instead?.(level) ?? message;
}
