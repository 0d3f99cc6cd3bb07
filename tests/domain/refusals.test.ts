import { BadInput, Forbidden, Refusal, Unavailable } from '../../src/domain/refusals';

test('A4 a refusal of access has one sentence for everything, unless the caller is told of a reason', () => {
  expect(new Forbidden().message).toBe('You do not have access to this.');
  expect(new Forbidden('Ask an owner.').message).toBe('Ask an owner.');
});

test('X1 a refusal by a rule has its code, its sentence and the input field at fault, or none', () => {
  expect(new Refusal('INVALID', 'It is too long.', ['input', 'reason'])).toMatchObject({
    ...{ code: 'INVALID', message: 'It is too long.', field: ['input', 'reason'] },
  });
  expect(new Refusal('ROSTER_FULL', 'It is full.').field).toBeNull();
});

test.each([
  [new Refusal('INVALID', 'It is too long.'), 'Refusal: It is too long.'],
  [new Forbidden(), 'Forbidden: You do not have access to this.'],
  [new BadInput('It is malformed.'), 'BadInput: It is malformed.'],
  [new Unavailable('It is away.'), 'Unavailable: It is away.'],
])('X1 the log names the kind of a refusal: %s', (error, inLog) => {
  expect(String(error)).toBe(inLog);
});
