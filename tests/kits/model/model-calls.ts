import * as fc from 'fast-check';
import type { OrganizationRole } from '../../../src/domain/access/permissions';
import type { ContractType } from '../../../src/domain/billing/terms';
import type { Person, MemberKind } from './model';

/** What can happen to two organizations and five users; ids that differ in case alone are different ones (I1). */
export const ORGANIZATIONS = ['acme', 'Acme'] as const;
export const USERS = ['usr_a', 'usr_A', 'usr_b', 'usr_B', 'usr_c'] as const;
type User = (typeof USERS)[number];
export const INVITATIONS = ['inv_a', 'inv_A', 'inv_b', 'inv_c'];

/** Some fold to the same, some only look as if they did. */
const NAMES = ['Ann', ' ann', 'Eva', 'Éva', 'éva', 'Zoë Ann Éva', 'bob'];
const EMAILS = ['ann@a.example', ' Ann@A.example ', 'éva@a.example', 'ÉVA@a.example', 'eva@a.example', 'bob@a.example'];
export const SEARCHES = ['', 'ANN', 'é', 'e', 'bob@', 'zz', 'zoe', 'ann e'];

/** Every call takes a second of the service's time. */
export const A_CALL_TAKES = 1000;
const A_DAY = 24 * 60 * 60 * 1000;
const AN_HOUR = 60 * 60 * 1000;

/**
 * When a grant ends, from the time of the call. Time passes by seconds and by whole hours and days, so that no end is near the time of a call:
 * the database's clock goes on while a call is on its way.
 */
const END = { NONE: null, PAST: -AN_HOUR / 2, SOON: AN_HOUR / 2, LATER: A_DAY + AN_HOUR / 2 } as const;
const end = oneOf<keyof typeof END>(['NONE', 6], ['PAST', 1], ['SOON', 3], ['LATER', 3]);
const access = oneOf<'MANAGE' | 'VIEW'>(['MANAGE', 2], ['VIEW', 1]);

/** The moment that an end means in a call at `now`. */
export function endAt(now: number, when: keyof typeof END): number | null {
  const after = END[when];
  return after === null ? null : now + after;
}

const at = fc.constantFrom(...ORGANIZATIONS);
const userId = fc.constantFrom(...USERS);
const invitation = fc.constantFrom(...INVITATIONS);
const email = fc.constantFrom(...EMAILS);
const role = oneOf<OrganizationRole>(['MEMBER', 2], ['ADMIN', 1], ['OWNER', 1]);
const knownInvitation = fc.record({ which: oneOf(['PENDING', 4], ['SPENT', 2], ['ANY', 1]), nth: fc.nat(3) });

/** Mostly somebody's usual profile, so that calls are repeated as they were. */
const person = fc.oneof(
  { weight: 3, arbitrary: userId.map(usual) },
  {
    weight: 1,
    arbitrary: fc.record<Person>({
      id: userId,
      name: fc.constantFrom(...NAMES),
      email,
      avatarUrl: fc.constantFrom(null, 'https://pictures.example/a.png'),
    }),
  },
);

/** Somebody: the nth of those who are this to the organization at the time, or of all users where nobody is. */
const somebody = (...beings: [Being, number][]) =>
  fc.record({ being: oneOf(...beings), nth: fc.nat(USERS.length - 1) });

export type Being = MemberKind | 'OUTSIDER' | 'UNKNOWN';
export type Somebody = ArbitraryOf<ReturnType<typeof somebody>>;

const anybody = somebody(
  ...(['OWNER', 'BILLING_ADMIN', 'ORG_ADMIN', 'MEMBER', 'OUTSIDER', 'UNKNOWN'] as const).map(
    (being): [Being, number] => [being, 1],
  ),
);
const mostlyAnOwner = fc.oneof({ weight: 2, arbitrary: somebody(['OWNER', 1]) }, { weight: 1, arbitrary: anybody });
const mostlyATeammate = fc.oneof(
  { weight: 2, arbitrary: somebody(['MEMBER', 2], ['ORG_ADMIN', 1]) },
  { weight: 1, arbitrary: anybody },
);
const mostlyAnAdmin = fc.oneof(
  { weight: 2, arbitrary: somebody(['BILLING_ADMIN', 1]) },
  { weight: 1, arbitrary: anybody },
);

const expectedVersion = oneOf(['NONE', 3], ['RIGHT', 2], ['BEHIND', 1], ['AHEAD', 1]);
const request = fc.record({ which: oneOf(['OPEN', 4], ['ANY', 2], ['UNKNOWN', 1]), nth: fc.nat(6) });

const call = fc.oneof(
  does('syncOrganization', 3, {
    at,
    name: fc.constantFrom<string[]>('Acme', 'Acme GmbH'),
    contract: fc.constantFrom<ContractType | null>(null, 'SELF_SERVE', 'CUSTOM'),
  }),
  does('syncMember', 18, { at, person, role: fc.option(role, { freq: 2 }) }),
  does('removeMember', 6, { at, who: anybody }),
  does('syncInvitation', 12, { at, invitation, email, role }),
  does('acceptInvitation', 9, { at, invitation: knownInvitation, person }),
  does('revokeInvitation', 5, { at, invitation: knownInvitation }),
  does('removeUser', 2, { at, who: anybody }),
  does('removeOrganization', 1, { at }),
  does('addBillingAdmin', 30, {
    ...{ at, actor: mostlyAnOwner, who: mostlyATeammate, expectedVersion },
    ...{ access, end },
  }),
  does('updateBillingAdmin', 12, {
    ...{ at, actor: mostlyAnOwner, who: mostlyAnAdmin, expectedVersion },
    ...{ access: fc.option(access), end: fc.option(end) },
  }),
  // Grants end and requests lapse in this time, and the next call is the first to find them so.
  does('pass', 10, { milliseconds: fc.constantFrom(AN_HOUR, A_DAY, A_DAY, 14 * A_DAY) }),
  does('removeBillingAdmin', 14, { at, actor: mostlyAnOwner, who: mostlyAnAdmin, expectedVersion }),
  does('requestBillingAccess', 12, { at, actor: mostlyATeammate, access, end }),
  does('approveBillingAccessRequest', 8, {
    ...{ at, actor: mostlyAnOwner, request },
    given: fc.option(fc.record({ access, end }), { freq: 1 }),
  }),
  does('declineBillingAccessRequest', 7, { at, actor: mostlyAnOwner, request }),
  does('withdrawBillingAccessRequest', 4, { at, actor: mostlyATeammate }),
  // Somebody who was declined, or has withdrawn, asks again so long after: a day is the pause before a new request (R11).
  does('askAgain', 8, { at, nth: fc.nat(2), after: fc.constantFrom(A_DAY - 1, A_DAY) }),
  does('watch', 10, {
    at,
    actor: anybody,
    after: oneOf(['NONE', 3], ['START', 1], ['HALF', 2], ['NOW', 1], ['FUTURE', 1]),
    reads: oneOf(['AT_ONCE', 2], ['WHEN_TOLD', 1]),
  }),
  does('readOn', 5, { nth: fc.nat(3), most: fc.integer({ min: 1, max: 3 }) }),
);

export type Call = ArbitraryOf<typeof call>;

/** How two organizations with their people come about. */
const FOUNDING: readonly Call[] = [
  { does: 'syncOrganization', at: 'acme', name: 'Acme', contract: null },
  { does: 'syncOrganization', at: 'Acme', name: 'Acme', contract: null },
  joins('acme', 'usr_a', 'OWNER'),
  joins('acme', 'usr_A', 'ADMIN'),
  joins('acme', 'usr_b', 'MEMBER'),
  joins('acme', 'usr_B', 'MEMBER'),
  joins('Acme', 'usr_b', 'OWNER'),
  joins('Acme', 'usr_A', 'MEMBER'),
];

/** Mostly upon what is there already, so that few calls are spent on nobody. */
export const calls: fc.Arbitrary<Call[]> = fc
  .tuple(oneOf([true, 9], [false, 1]), fc.array(call, { maxLength: 60, size: 'max' }))
  .map(([founded, rest]) => (founded ? [...FOUNDING, ...rest] : rest));

type ArbitraryOf<A> = A extends fc.Arbitrary<infer Value> ? Value : never;

function does<Does extends string, Shape extends Record<string, unknown>>(
  name: Does,
  weight: number,
  shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> },
) {
  return {
    weight,
    arbitrary: fc.record({ does: fc.constant(name), ...shape }) as fc.Arbitrary<{ does: Does } & Shape>,
  };
}

function oneOf<const Value>(...choices: [Value, number][]): fc.Arbitrary<Value> {
  return fc.oneof(...choices.map(([value, weight]) => ({ weight, arbitrary: fc.constant(value) })));
}

function usual(id: User): Person {
  const index = USERS.indexOf(id);
  return { id, name: NAMES[index] ?? '', email: EMAILS[index] ?? '', avatarUrl: null };
}

function joins(organization: (typeof ORGANIZATIONS)[number], id: User, role: OrganizationRole): Call {
  return { does: 'syncMember', at: organization, person: usual(id), role };
}
