import { ACTIVITY_CATEGORIES, ACTIVITY_KINDS, type ActivityCategory } from '../../domain/log/activity-categories';
import type { ActivityKind, LogKind } from '../../domain/log/kinds';
import { type ActivitySource, findActivity, type FoundActivity } from '../../store/log/activity-search';
import { activityBefore } from '../../store/log/log-entries';
import { membersNamed } from '../../store/member-search';
import type { Services } from '../services';

/** Which entries are shown: those that meet all that is not null. */
export interface ActivityQuery {
  readonly category: ActivityCategory | null;
  /** Whom they are about, or who made the change. */
  readonly userId: string | null;
  /** A name of such a user, or words of a kind. */
  readonly search: string | null;
}

export const ALL_ACTIVITY: ActivityQuery = { category: null, userId: null, search: null };

/** The most people whose entries one search looks for. */
const MOST_PEOPLE = 20;

/** What has happened to an organization's billing, newest first, before a sequence (null: from the newest) (B9). */
export async function listActivity(
  { database: { reader } }: Services,
  organizationId: string,
  { before, limit }: { before: number | null; limit: number },
  { category, userId, search: asked }: ActivityQuery = ALL_ACTIVITY,
): Promise<FoundActivity> {
  const search = asked === null || asked.trim() === '' ? null : asked;
  if (category === null && userId === null && search === null)
    return { entries: await activityBefore(reader, organizationId, before, limit), stoppedAt: null };

  const kinds = ACTIVITY_KINDS.filter((kind) => category === null || ACTIVITY_CATEGORIES[kind] === category);
  const people = search === null ? [] : await membersNamed(reader, organizationId, search, MOST_PEOPLE);
  const named = search === null ? kinds : kinds.filter((kind) => hasWords(kind, search));
  const sources = userId === null ? [...named.map(ofKind), ...people.flatMap(ofUser)] : ofUser(userId);
  const isNamed = new Set<LogKind>(named);
  const filter = {
    sources,
    kinds: new Set<LogKind>(kinds),
    matches: ({ kind, subjectId, actorId }: { kind: LogKind; subjectId: string | null; actorId: string | null }) =>
      search === null || isNamed.has(kind) || people.some((id) => id === subjectId || id === actorId),
  };
  return findActivity(reader, organizationId, filter, before, limit);
}

/** Whether the text is the beginning of words of the kind: `change sched` of SUBSCRIPTION_CHANGE_SCHEDULED. */
function hasWords(kind: ActivityKind, search: string): boolean {
  const text = search.toLowerCase().replaceAll('_', ' ').replace(/\s+/g, ' ').trim();
  return text !== '' && ` ${kind.toLowerCase().replaceAll('_', ' ')}`.includes(` ${text}`);
}

function ofKind(kind: ActivityKind): ActivitySource {
  return { by: 'kind', value: kind };
}

function ofUser(userId: string): ActivitySource[] {
  return [
    { by: 'subjectId', value: userId },
    { by: 'actorId', value: userId },
  ];
}
