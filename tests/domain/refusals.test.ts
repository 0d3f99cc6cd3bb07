import { BadInput, Forbidden, MalformedEntry, Refusal, Unavailable } from '../../src/domain/refusals';

test('A4 a refusal of access has one sentence for everything, unless the caller is told of a reason', () => {
  expect(new Forbidden().message).toBe('You do not have access to this.');
  expect(new Forbidden('Ask an owner.').message).toBe('Ask an owner.');
});

test('X1 a refusal by a rule has its code, its sentence and the input field at fault, or none', () => {
  expect(new Refusal('GRANT_TOO_LONG', ['input', 'expiresAt'], { days: 1 })).toMatchObject({
    ...{ code: 'INVALID', messageCode: 'GRANT_TOO_LONG', values: { days: 1 } },
    ...{ message: 'Access is given for at most 1 day.', field: ['input', 'expiresAt'] },
  });
  expect(new Refusal('STALE').field).toBeNull();
});

test('X1 an entry of a list that is malformed is refused in its own words, at its place', () => {
  expect(new MalformedEntry('It has no user.', ['input', 'members', '3'])).toMatchObject({
    ...{ code: 'INVALID', messageCode: 'MALFORMED_ENTRY', message: 'It has no user.' },
    field: ['input', 'members', '3'],
  });
});

test.each([
  [new Refusal('STALE'), 'Refusal: The service knows a newer revision.'],
  [new Forbidden(), 'Forbidden: You do not have access to this.'],
  [new BadInput('It is malformed.'), 'BadInput: It is malformed.'],
  [new Unavailable('It is away.'), 'Unavailable: It is away.'],
])('X1 the log names the kind of a refusal: %s', (error, inLog) => {
  expect(String(error)).toBe(inLog);
});
