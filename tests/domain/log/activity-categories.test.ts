import { ACTIVITY_CATEGORIES, ACTIVITY_KINDS, categoryOf } from '../../../src/domain/log/activity-categories';
import { LOG_KINDS, type LogKind } from '../../../src/domain/log/kinds';

test('B9 exactly the kinds that activity shows have a category', () => {
  const shown = (Object.keys(LOG_KINDS) as LogKind[]).filter((kind) => LOG_KINDS[kind].activity);
  expect([...ACTIVITY_KINDS].sort()).toEqual(shown.sort());
});

test('B9 an entry has the category of its kind', () => {
  expect(ACTIVITY_KINDS.map(categoryOf)).toEqual(Object.values(ACTIVITY_CATEGORIES));
});

test.each(['OF_A_NEWER_RELEASE', 'toString'])(
  'O7 an entry of the kind %s, which is not known, is a setting',
  (kind) => {
    expect(categoryOf(kind as LogKind)).toBe('SETTINGS');
  },
);
