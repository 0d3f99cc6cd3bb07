import { errorForLog } from '../../src/server/http/error-for-log';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtaWEifQ.c2lnbmF0dXJl';
const EMAIL = 'mia.moreau@example.com';
const BEGINNING = 4_000;

/** Slow for a pattern that begins again at each character. */
const HARD = ['eyJ', 'a', ' a', '@', 'eyJ.', '\u00a0'].map((piece) => piece.repeat(1_000_000 / piece.length));

describe('X2 X3 what an error quotes is cut before it is searched for secrets', () => {
  test.each(HARD.map((text) => [text.slice(0, 6), text]))('a million characters of %j', (_, text) => {
    const { message, stack } = errorForLog(new Error(text));
    expect(message.length).toBeLessThanOrEqual(BEGINNING + 1);
    expect(stack.length).toBeLessThanOrEqual(2 * (BEGINNING + 1));
    // Where it was thrown stays known.
    expect(stack).toContain('\n    at ');
  });

  test.each([
    ['a token', TOKEN, '[token]'],
    ['an e-mail address', EMAIL, '[e-mail]'],
  ])('%s that the end cuts in two is not told in part', (_, secret, mask) => {
    for (let before = BEGINNING - secret.length - 2; before <= BEGINNING; before += 1) {
      const { message, stack } = errorForLog(new Error(`${'a '.repeat(before / 2)} ${secret} ${'b'.repeat(100)}`));
      const rest = `${message} ${stack}`.replaceAll(mask, '').replaceAll(/^ *(at|Error:).*$/gm, '');
      for (const part of [secret.slice(0, 4), secret.slice(0, 10)]) expect(rest).not.toContain(part);
    }
  });

  test('secrets are masked in the message, the stack and every cause', () => {
    const cause = new Error(`The innermost knows ${EMAIL}.`);
    const error = new Error(`It was ${TOKEN}`, { cause: new Error(`Or ${EMAIL}`, { cause }) });
    const logged = JSON.stringify(errorForLog(error));
    expect(logged).not.toContain(TOKEN.slice(0, 10));
    expect(logged).not.toContain('moreau');
    expect(logged.match(/\[e-mail\]/g)).toHaveLength(4);
  });
});
