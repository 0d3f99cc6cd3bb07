import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { Activity, type ActivityEntry } from '../documents/billing-documents';

interface ActivityPages {
  readonly entries: readonly ActivityEntry[];
  /** Where older entries begin; null at the end, undefined before the first answer. */
  readonly next: string | null | undefined;
}

/** The activity, newest first: older entries as they are asked for, newer ones as they happen (`signal` says when). */
export function useActivity(organizationId: string, signal: unknown) {
  const api = useClient();
  const [pages, setPages] = useState<ActivityPages>({ entries: [], next: undefined });
  const [hasFailed, setHasFailed] = useState(false);
  const isAsking = useRef(false);

  const page = useCallback(
    async (after: string | null) => {
      const { data } = await api.query(Activity, { organizationId, after }).toPromise();
      return data?.organization?.billing.activity ?? null;
    },
    [api, organizationId],
  );

  const takeNewest = useCallback((activity: Awaited<ReturnType<typeof page>>) => {
    setHasFailed(activity === null);
    if (activity) setPages((shown) => withNewest(shown, activity.nodes, activity.pageInfo));
  }, []);

  useEffect(() => {
    let isCurrent = true;
    void page(null).then((activity) => isCurrent && takeNewest(activity));
    return () => {
      isCurrent = false;
    };
  }, [page, takeNewest, signal]);

  const more = useCallback(async () => {
    if (isAsking.current || !pages.next) return;
    isAsking.current = true;
    const activity = await page(pages.next);
    isAsking.current = false;
    if (activity)
      setPages((shown) =>
        // It was requested for an earlier list, which has been replaced since.
        shown.next === pages.next
          ? { entries: [...shown.entries, ...activity.nodes], next: nextOf(activity.pageInfo) }
          : shown,
      );
  }, [page, pages.next]);

  const again = useCallback(() => page(null).then(takeNewest), [page, takeNewest]);
  return { ...pages, hasFailed, more, again };
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

const nextOf = ({ hasNextPage, endCursor }: PageInfo) => (hasNextPage ? endCursor : null);

/** The newest page before what is shown; where the two do not meet, more than one page has happened, and the list starts over. */
function withNewest(shown: ActivityPages, newest: readonly ActivityEntry[], info: PageInfo): ActivityPages {
  const known = new Set(shown.entries.map(({ id }) => id));
  const fresh = newest.filter(({ id }) => !known.has(id));
  return shown.entries.length > 0 && fresh.length < newest.length
    ? { ...shown, entries: [...fresh, ...shown.entries] }
    : { entries: newest, next: nextOf(info) };
}
