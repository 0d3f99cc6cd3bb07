import { askInTurn } from './ask-in-turn';
import { insertPeople, numberedUpTo, onPlaces } from './place';
import { accessQuery, addAndRemove, teammates } from './questions';
import type { MeasureGrowth } from './series';

/** Billing admins, up to one less than the limit, so that one more can be added. */
export const rosterGrows: MeasureGrowth = async (dependencies, form) => {
  const sizes = form.isQuick ? [5, 50] : [5, 50, 499];
  const lines = await onPlaces(
    dependencies,
    sizes,
    (url, size) => insertPeople(url, () => numberedUpTo('admin', size), true),
    (places) => askInTurn(places, [accessQuery, () => [teammates('first page', null, null)], addAndRemove], form),
  );
  return {
    axis: 'billing admins of one organization',
    sizes,
    lines,
    note: 'The answer to the access query lists all of them and grows with them.',
  };
};
