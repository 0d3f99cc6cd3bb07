import { askInTurn, type Turn } from './ask-in-turn';
import { insertPeople, numbered, numberedUpTo, onPlaces } from './place';
import { accessQuery, addAndRemove, leaveAndJoin, teammates } from './questions';
import type { MeasureGrowth } from './series';

const MEMBER = 'member';

/** Members of one organization. */
export const membersGrow: MeasureGrowth = async (dependencies, form) => {
  const sizes = form.isQuick ? [100, 1_000, 10_000] : [100, 10_000, 1_000_000];
  const lines = await onPlaces(
    dependencies,
    sizes,
    (url, size) => insertPeople(url, () => numberedUpTo(MEMBER, size)),
    (places) => askInTurn(places, [accessQuery, ...PAGES, addAndRemove, leaveAndJoin], form),
  );
  return { axis: 'members of one organization', sizes, lines, note: 'The pages have 20 people each in all sizes.' };
};

const middle = (size: number) => numbered(MEMBER, size / 2);

const PAGES: readonly Turn[] = [
  () => [teammates('first page', null, null)],
  ({ size }) => [teammates('in the middle', null, [`name of ${middle(size)}`, middle(size)])],
  () => [teammates('search that finds everybody', 'name of m', null)],
  ({ size }) => [teammates('search by an e-mail', `${middle(size)}@`, null)],
  () => [teammates('search that finds nobody', 'nobody', null)],
];
