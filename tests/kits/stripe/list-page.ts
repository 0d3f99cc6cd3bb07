import type { Form } from './form-body';
import { number, text } from './form-values';
import type { StoredList } from './stored-objects';
import { invalid, missing } from './stripe-refusal';
import type { Shelf } from './stripe-state';

/** A page of those that match, newest first. https://docs.stripe.com/api/pagination */
export function listPage<Thing extends { readonly id: string }>(
  shelf: Shelf<Thing>,
  url: string,
  parameters: Form,
  matches: (thing: Thing) => boolean,
): StoredList<Thing> {
  const limit = number(parameters.limit) ?? 10;
  if (limit < 1 || limit > 100) throw invalid('This value must be between 1 and 100 (inclusive).', { param: 'limit' });
  const all = shelf.newestFirst().filter(matches);
  const indexOf = (id: string, param: string) => {
    const index = all.findIndex((thing) => thing.id === id);
    if (index < 0) throw missing(shelf.kind, id, param);
    return index;
  };
  const after = text(parameters.starting_after);
  const before = text(parameters.ending_before);
  const left = after !== null ? all.slice(indexOf(after, 'starting_after') + 1) : all;
  const rest = before !== null ? all.slice(0, indexOf(before, 'ending_before')) : left;
  return {
    object: 'list',
    url,
    has_more: rest.length > limit,
    data: before !== null ? rest.slice(-limit) : rest.slice(0, limit),
  };
}
