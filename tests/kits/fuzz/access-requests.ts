import type { Random } from '../basics/random';
import { oneOf, scalarOf } from './values';

const PATHS = ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action'];
const ACTIONS = ['view_billing', 'manage_billing', 'manage_billing_admins', 'top_up', 'billing_portal', 'activity'];
const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit', 'any'];

/** Something of another type than what belongs there. */
const STRANGE = [
  null,
  7,
  -1,
  0.5,
  true,
  '',
  'x',
  [],
  {},
  [[]],
  { type: {} },
  { id: [] },
  { name: 1 },
  { limit: 1e308 },
];

/** Tokens of pages that nobody has given out, with what the real ones are made of. */
const TOKENS = [
  '',
  'x',
  '%',
  'bnVsbA',
  'W10',
  'W251bGwsbnVsbCxudWxsXQ',
  Buffer.from('["",1,{"billingRole":"OWNER"}]').toString('base64'),
];

/** A question by AuthZEN: mostly one that it allows, of which now and then a part is missing or of another type. */
export function accessRequestOf(random: Random, ids: readonly string[]): { path: string; body: unknown } {
  const id = () => scalarOf(random, 'ID', ids);
  const maybe = <T>(likely: number, make: () => T) => (random() < likely ? make() : undefined);
  const or = <T>(make: () => T) => (random() < 0.05 ? oneOf(random, STRANGE) : make());
  const entity = (type: string) =>
    or(() => ({
      type: random() < 0.9 ? type : scalarOf(random, 'ID', ids),
      id: maybe(0.9, id),
      properties: maybe(0.2, () => or(() => ({ role: 'OWNER', __proto__: null, constructor: id() }))),
    }));
  const action = () =>
    or(() => ({ name: random() < 0.85 ? oneOf(random, ACTIONS) : id(), properties: maybe(0.1, id) }));
  const evaluation = (likely: number) => ({
    subject: maybe(likely, () => entity('user')),
    action: maybe(likely, action),
    resource: maybe(likely, () => entity('organization')),
    context: maybe(0.2, () => or(() => ({ time: id() }))),
  });
  const list = () => Array.from({ length: Math.floor(random() * 6) }, () => or(() => evaluation(0.6)));
  const body = or(() => ({
    ...evaluation(0.9),
    evaluations: maybe(0.5, () => or(list)),
    options: maybe(0.3, () => or(() => ({ evaluations_semantic: or(() => oneOf(random, SEMANTICS)) }))),
    page: maybe(0.4, () =>
      or(() => ({
        limit: maybe(0.7, () => or(() => Math.floor(random() * 4))),
        token: maybe(0.4, () => or(() => oneOf(random, TOKENS))),
      })),
    ),
  }));
  return { path: `/access/v1/${oneOf(random, PATHS)}`, body };
}
