import type { RosterChange } from '../../web/documents/roster-documents';
import { changeSentence } from '../../web/roster/change-sentence';

/** In the time zone of whoever reads. */
const END_OF_DECEMBER = new Date(2027, 0, 1).toISOString();
const IN_MARCH = new Date(2027, 2, 1, 14, 30).toISOString();

const person = (id: string, name: string) => ({ id, name });

const change = (values: Partial<RosterChange>) =>
  ({
    user: person('bea', 'Bea'),
    actor: person('olivia', 'Olivia'),
    occurredAt: '2026-11-29T12:00:00Z',
    ...values,
  }) as RosterChange;

test.each<[string, Partial<RosterChange>, string, string]>([
  [
    'another kind or end',
    { kind: 'ADMIN_UPDATED', access: 'VIEW', expiresAt: END_OF_DECEMBER },
    'Olivia changed Bea’s billing access to look only, until December 31.',
    'mia',
  ],
  [
    'the same, for its holder',
    { kind: 'ADMIN_UPDATED', access: 'MANAGE', expiresAt: null },
    'Olivia changed your billing access to manage billing.',
    'bea',
  ],
  [
    'the same, for who did it, and an end in another year',
    { kind: 'ADMIN_UPDATED', access: 'MANAGE', expiresAt: IN_MARCH },
    'You changed Bea’s billing access to manage billing, until March 1, 2027, 2:30 PM.',
    'olivia',
  ],
  ['a change whose terms are not told', { kind: 'ADMIN_UPDATED' }, 'Olivia changed Bea’s billing access.', 'mia'],
  [
    'who was added to look',
    { kind: 'ADMIN_ADDED', access: 'VIEW', expiresAt: END_OF_DECEMBER },
    'Olivia added Bea as a billing admin to look only, until December 31.',
    'mia',
  ],
  [
    'who was added as usual',
    { kind: 'ADMIN_ADDED', access: 'MANAGE', expiresAt: null },
    'Olivia added you as a billing admin.',
    'bea',
  ],
  [
    'an end that has come, by nobody',
    { kind: 'ADMIN_REMOVED', removalReason: 'EXPIRED', actor: null },
    'Bea’s billing access has ended.',
    'mia',
  ],
  [
    'the same, for its holder',
    { kind: 'ADMIN_REMOVED', removalReason: 'EXPIRED', actor: null },
    'Your billing access has ended.',
    'bea',
  ],
])('T1 T2 the page says %s', (_, values, sentence, viewerId) => {
  expect(changeSentence(change(values), viewerId).replace(/\s/gu, ' ')).toBe(sentence);
});
