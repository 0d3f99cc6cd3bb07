import { createSession, type Session, type TokenSource } from '../../web/session/session';
import { TokenProblem } from '../../web/session/token-problem';

const NOON = Date.UTC(2026, 4, 20, 12);

let made = 0;
/** A token as the session looks at it; each is another one. */
function token({ sub = 'olivia', endsIn = 60 } = {}): string {
  const claims = { sub, exp: NOON / 1_000 + endsIn, jti: String(++made) };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
}

/** A source whose answers a test gives, one by one; and the times at which it was asked. */
function startSession(answers: readonly (string | null | Error)[], initial: string | null = null) {
  const askedAt: number[] = [];
  const others: string[] = [];
  const source: TokenSource = async () => {
    const answer = answers[Math.min(askedAt.length, answers.length - 1)]!;
    askedAt.push(Date.now() - NOON);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const session = createSession({
    initial,
    source: answers.length > 0 ? source : null,
    now: () => NOON,
    onAnotherPerson: (other) => others.push(other),
  });
  return { session, askedAt, others };
}

const told = ({ state }: Session) => {
  const now = state.get();
  return now.status === 'failing' ? now.problem.message : now.status;
};
const pass = (seconds: number) => jest.advanceTimersByTimeAsync(1_000 * seconds);

beforeEach(() => jest.useFakeTimers({ now: NOON }));
afterEach(() => jest.useRealTimers());

const away = new TokenProblem('Away.', true);
const wrong = new TokenProblem('Wrong.', false);

test('a source that fails for a while is told, asked again at pauses of half a minute at most, and then goes on', async () => {
  const good = token();
  const { session, askedAt } = startSession([...Array<Error>(8).fill(away), good]);
  const waiting = session.getToken();
  await pass(0);
  expect(told(session)).toBe('Away. This is tried again automatically.');
  await pass(200);
  expect(askedAt).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121].map((second) => 1_000 * second));
  expect(await waiting).toBe(good);
  expect(told(session)).toBe('signed-in');
});

test('what is not known to be wrong with a source is told too, and tried again', async () => {
  const good = token();
  const { session } = startSession([new TypeError('x is not a function'), good]);
  const waiting = session.getToken();
  await pass(0);
  expect(told(session)).toBe('Your application can’t sign you in right now. This is tried again automatically.');
  await pass(1);
  expect(await waiting).toBe(good);
});

test.each<[string, Error | null, string]>([
  ['signs nobody in', null, 'signed-out'],
  ['answers what does not pass', wrong, 'Wrong.'],
])('a source that %s is asked again when somebody tries again, and not before', async (_, answer, words) => {
  const good = token();
  const { session, askedAt } = startSession([answer, answer, good]);
  const waiting = session.getToken();
  await pass(86_400);
  expect([told(session), askedAt.length]).toEqual([words, 1]);
  session.retry?.();
  await pass(86_400);
  expect([told(session), askedAt.length]).toEqual([words, 2]);
  session.retry?.();
  expect(await waiting).toBe(good);
  expect(told(session)).toBe('signed-in');
});

test('somebody who tries again does not wait for a pause, and asks once at a time', async () => {
  const { session, askedAt } = startSession([away, away, token()]);
  const waiting = session.getToken();
  await pass(0);
  for (let times = 0; times < 5; times += 1) session.retry?.();
  await pass(0);
  expect(askedAt).toHaveLength(2);
  session.retry?.();
  await waiting;
  expect(askedAt).toEqual([0, 0, 0]);
});

/** What the page does with each token: the service refuses it. */
async function refuseNext(session: Session): Promise<string> {
  const next = await session.getToken();
  session.refuse(next);
  return next;
}

test.each([
  ['has expired already', -60, /has expired already\. Sign in to it anew\. .* clock of their server may be slow/],
  [
    'is not for this service',
    60,
    /does not accept\. Sign in to it anew\. If that does not help, tell those who run it\./,
  ],
])('new tokens of which each %s are told after two, and then asked for each half minute', async (_, endsIn, words) => {
  const tokens = Array.from({ length: 4 }, () => token({ endsIn }));
  const good = token();
  const { session, askedAt } = startSession([...tokens, good]);
  for (const expected of tokens.slice(0, 2)) expect(await refuseNext(session)).toBe(expected);
  const third = session.getToken();
  await pass(29);
  expect(askedAt).toHaveLength(2);
  expect(told(session)).toMatch(words);
  await pass(1);
  session.refuse(await third);
  // Another one is tried, and until it is known to be better, the page says what is wrong.
  const fourth = session.getToken();
  expect(told(session)).toMatch(words);
  session.retry?.();
  session.refuse(await fourth);
  const last = session.getToken();
  await pass(30);
  expect(await last).toBe(good);
  expect(told(session)).toMatch(words);
  session.confirm(good);
  expect(told(session)).toBe('signed-in');
});

test('a token that worked and has ended is replaced at once, as often as it happens, and nobody is told', async () => {
  const tokens = Array.from({ length: 10 }, () => token());
  const { session, askedAt } = startSession(tokens);
  for (const expected of tokens) {
    expect(await session.getToken()).toBe(expected);
    session.confirm(expected);
    expect(told(session)).toBe('signed-in');
    session.refuse(expected);
  }
  expect(askedAt).toEqual(tokens.map(() => 0));
});

test('a source that repeats the token that was refused is told, until it has another', async () => {
  const same = token({ endsIn: 0 });
  const good = token();
  const { session } = startSession([same, same, same, good]);
  session.confirm(await session.getToken());
  session.refuse(same);
  const waiting = session.getToken();
  await pass(0);
  expect(told(session)).toMatch(/has expired already/);
  await pass(3);
  expect(await waiting).toBe(good);
  expect(told(session)).toBe('signed-in');
});

test('A8 a token of another person is handed over and never given to what waits', async () => {
  const other = token({ sub: 'ada' });
  const { session, others } = startSession([other], token());
  session.refuse(session.tokens.get()!);
  const given = jest.fn();
  void session.getToken().then(given);
  await pass(3_600);
  expect(others).toEqual([other]);
  expect(given).not.toHaveBeenCalled();
});

test('a session of links has nothing to ask, and goes on with the next link', async () => {
  const { session } = startSession([], token());
  expect(session.retry).toBeNull();
  session.refuse(session.tokens.get()!);
  const waiting = session.getToken();
  expect(told(session)).toBe('signed-out');
  const next = token();
  session.accept(next);
  expect(await waiting).toBe(next);
  expect(told(session)).toBe('signed-in');
});
