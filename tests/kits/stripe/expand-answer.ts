import type { StripeState } from './stripe-state';

/** What the stand-in keeps beside Stripe's own fields. */
const HIDDEN = ['bank', 'sold', 'intentData', 'subscriptionMetadata'];

/** The answer as it goes out: without what Stripe does not show, and with the ids that were asked for made whole. */
export function expandAnswer(state: StripeState, answer: object, paths: readonly string[]): unknown {
  const shown = show(answer);
  for (const path of paths) expand(state, shown, path.split('.'));
  return shown;
}

function show(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (HIDDEN.includes(key) ? undefined : value)));
}

function expand(state: StripeState, within: unknown, [field, ...rest]: string[]): void {
  if (field === undefined || typeof within !== 'object' || within === null) return;
  if (Array.isArray(within)) {
    for (const each of within) expand(state, each, [field, ...rest]);
    return;
  }
  const holder = within as Record<string, unknown>;
  const reference = holder[field];
  if (typeof reference === 'string') holder[field] = show(state.find(reference));
  expand(state, holder[field], rest);
}
