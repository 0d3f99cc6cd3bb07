/** How what a call says stands to what is stored (D2). Without a revision in the call, or a stored one, it is news. */
export type RevisionOrder = 'NEWER' | 'SAME' | 'OLDER';

/** @param given null where the call has no revision: it is then taken as it comes. */
export function orderOfRevision(given: number | null, stored: number | null): RevisionOrder {
  if (given === null || stored === null || given > stored) return 'NEWER';
  return given === stored ? 'SAME' : 'OLDER';
}

/** The newer of two revisions, of which either may not be there. */
export function newestRevision(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
