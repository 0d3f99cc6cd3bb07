import type { RosterChange } from '../../web/documents/roster-documents';
import { changeSentence } from '../../web/roster/change-sentence';

const person = (id: string, name: string) => ({ id, name });

const change = (values: Partial<RosterChange>) =>
  ({ user: person('bea', 'Bea'), actor: person('olivia', 'Olivia'), ...values }) as RosterChange;

test.each<[string, Partial<RosterChange>, string, string]>([
  ['another kind or end', { kind: 'ADMIN_UPDATED' }, 'Olivia changed Bea’s billing access.', 'mia'],
  ['the same, for its holder', { kind: 'ADMIN_UPDATED' }, 'Olivia changed your billing access.', 'bea'],
  ['the same, for who did it', { kind: 'ADMIN_UPDATED' }, 'You changed Bea’s billing access.', 'olivia'],
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
  expect(changeSentence(change(values), viewerId)).toBe(sentence);
});
