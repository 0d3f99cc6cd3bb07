import type { RosterChangeKind } from '../roster/changes';

export type LogKind =
  | RosterChangeKind
  | 'ORGANIZATION_CREATED'
  | 'ORGANIZATION_UPDATED'
  | 'ORGANIZATION_REMOVED'
  | 'ROLE_CHANGED'
  | 'PROFILE_CHANGED'
  | 'INVITATION_CREATED'
  | 'INVITATION_CHANGED'
  | 'INVITATION_ACCEPTED'
  | 'INVITATION_REVOKED'
  | 'ACCESS_REQUESTED'
  | 'ACCESS_REQUEST_APPROVED'
  | 'ACCESS_REQUEST_DECLINED'
  | 'ACCESS_REQUEST_CLOSED'
  | 'CREDITS_GRANTED'
  | 'CREDITS_EXHAUSTED'
  | 'CREDITS_LOW';

/** Who is told of an entry by `billingChanged` (L9). */
export type LogAudience = 'MEMBERS' | 'OWNERS' | 'OWNERS_AND_SUBJECT';

interface LogKindTraits {
  /** Whether the entry counts in the roster's `version` and is delivered by `billingAdminRosterChanged` (E2, R12). */
  readonly rosterChange: boolean;
  /** Whether the entry stands in `activity` (B9). */
  readonly activity: boolean;
  readonly audience: LogAudience;
}

const roster: LogKindTraits = { rosterChange: true, activity: true, audience: 'MEMBERS' };
const quiet: LogKindTraits = { rosterChange: false, activity: false, audience: 'MEMBERS' };
const setting: LogKindTraits = { rosterChange: false, activity: true, audience: 'MEMBERS' };
const invitation: LogKindTraits = { rosterChange: false, activity: false, audience: 'OWNERS' };
const request: LogKindTraits = { rosterChange: false, activity: true, audience: 'OWNERS_AND_SUBJECT' };

/** Everything that can happen to an organization, and who hears of it. */
export const LOG_KINDS: Record<LogKind, LogKindTraits> = {
  ADMIN_ADDED: roster,
  ADMIN_REMOVED: roster,
  OWNER_ADDED: roster,
  OWNER_REMOVED: roster,
  TEAMMATE_JOINED: roster,
  TEAMMATE_LEFT: roster,
  ORGANIZATION_CREATED: setting,
  ORGANIZATION_UPDATED: setting,
  ORGANIZATION_REMOVED: setting,
  ROLE_CHANGED: quiet,
  PROFILE_CHANGED: quiet,
  INVITATION_CREATED: invitation,
  INVITATION_CHANGED: invitation,
  INVITATION_ACCEPTED: invitation,
  INVITATION_REVOKED: invitation,
  ACCESS_REQUESTED: request,
  ACCESS_REQUEST_APPROVED: request,
  ACCESS_REQUEST_DECLINED: request,
  ACCESS_REQUEST_CLOSED: request,
  CREDITS_GRANTED: setting,
  CREDITS_EXHAUSTED: setting,
  CREDITS_LOW: setting,
};
