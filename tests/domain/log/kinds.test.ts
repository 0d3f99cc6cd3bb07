import { LOG_KINDS, type LogKind, ROSTER_CHANGE_KINDS } from '../../../src/domain/log/kinds';

const KINDS = Object.keys(LOG_KINDS) as LogKind[];
const audiences = (beginning: RegExp) =>
  new Set(KINDS.filter((kind) => beginning.test(kind)).map((kind) => LOG_KINDS[kind].audience));

test('R12 E2 changes of admins, owners and teammates are roster changes, and nothing else is', () => {
  // That the end of a grant is near changes nothing yet.
  const ofPeople = KINDS.filter((kind) => /^(ADMIN|OWNER|TEAMMATE)_(?!EXPIRING$)/.test(kind));
  expect(ofPeople).toEqual(expect.arrayContaining(['ADMIN_ADDED', 'OWNER_REMOVED', 'TEAMMATE_LEFT']));
  expect(KINDS.filter((kind) => LOG_KINDS[kind].rosterChange)).toEqual(ofPeople);
  expect(ROSTER_CHANGE_KINDS).toEqual(ofPeople);
});

test('L9 entries about invitations go to owners, about requests and the near end of a grant to its user too, and all others to every member', () => {
  expect(audiences(/^INVITATION_/)).toEqual(new Set(['OWNERS']));
  expect(audiences(/^(ACCESS_REQUEST|PURCHASE_|ADMIN_EXPIRING)/)).toEqual(new Set(['OWNERS_AND_SUBJECT']));
  expect(audiences(/^(?!INVITATION_|ACCESS_REQUEST|PURCHASE_|ADMIN_EXPIRING)/)).toEqual(new Set(['MEMBERS']));
});

test('B9 activity shows all but what changes nobody’s access, plan, credits or payment', () => {
  expect(KINDS.filter((kind) => !LOG_KINDS[kind].activity)).toEqual([
    ...['ADMIN_EXPIRING', 'ROLE_CHANGED', 'PROFILE_CHANGED'],
    ...['INVITATION_CREATED', 'INVITATION_CHANGED', 'INVITATION_ACCEPTED', 'INVITATION_REVOKED'],
    ...['CUSTOMER_CREATED', 'CHECKOUT_STARTED', 'BILLING_DETAILS_CHANGED'],
  ]);
});
