import { brokenByAnswer, brokenByClose, brokenByResult, brokenByStall, stallOf } from '../kits/bounds/verdicts';

const idle = { ran: 0, queued: 0 };
const error = (code: string, message = 'No.') => ({ message, extensions: { code } });

describe('X3 a wait for /healthz is the service’s fault', () => {
  test('where the service used a processor for more than a second of it', () => {
    const stall = stallOf({ waited: 1_500, service: { ran: 1_400, queued: 50 }, asking: idle });
    expect(stall).toEqual({ busy: 1_400, silent: 50 });
    expect(brokenByStall(stall)).toMatch('/healthz waited 1400 ms while the service worked');
  });

  test('and not where others had the processors', () => {
    const stall = stallOf({ waited: 5_000, service: { ran: 200, queued: 4_700 }, asking: idle });
    expect(brokenByStall(stall)).toBeNull();
  });

  test('and not where the test itself was late', () => {
    const late = { ran: 900, queued: 3_000 };
    expect(brokenByStall(stallOf({ waited: 4_500, service: { ran: 4_000, queued: 0 }, asking: late }))).toBeNull();
  });

  test('where nothing explains it, and it is long', () => {
    expect(brokenByStall(stallOf({ waited: 2_900, service: idle, asking: idle }))).toBeNull();
    expect(brokenByStall(stallOf({ waited: 3_500, service: idle, asking: idle }))).toMatch('for no reason');
  });
});

describe('X1 an answer to a hostile input', () => {
  const graphql = (status: number, body: unknown) =>
    brokenByAnswer({ status, body: typeof body === 'string' ? body : JSON.stringify(body), isGraphql: true });

  test('is never 5xx', () => {
    for (const status of [500, 502, 503]) expect(graphql(status, { errors: [error('FORBIDDEN')] })).toHaveLength(1);
    expect(brokenByAnswer({ status: 503, body: '', isGraphql: false })).toHaveLength(1);
    expect(brokenByAnswer({ status: 404, body: '', isGraphql: false })).toEqual([]);
  });

  test('has a documented code, which is not one of an internal failure', () => {
    expect(graphql(400, { errors: [error('BAD_USER_INPUT')] })).toEqual([]);
    expect(graphql(200, { data: { organization: null } })).toEqual([]);
    // The database may have no time for a client that asks for too much.
    expect(graphql(200, { data: { organization: null }, errors: [error('SERVICE_UNAVAILABLE')] })).toEqual([]);
    for (const code of ['INTERNAL_SERVER_ERROR', 'SOMETHING'])
      expect(graphql(200, { errors: [error(code)] })).toHaveLength(1);
    expect(graphql(200, { errors: [{ message: 'No.' }] })).toHaveLength(1);
    expect(graphql(200, { errors: [] })).toHaveLength(1);
    expect(graphql(200, {})).toHaveLength(1);
    expect(graphql(200, 'text')).toHaveLength(1);
  });

  test('has at most ten errors where nothing was executed, and short messages', () => {
    const errors = Array.from({ length: 11 }, () => error('FORBIDDEN'));
    expect(brokenByResult({ errors })).toEqual(['answered 11 errors']);
    expect(brokenByResult({ errors: errors.slice(1) })).toEqual([]);
    expect(brokenByResult({ data: { a: null }, errors })).toEqual([]);
    expect(brokenByResult({ errors: [error('BAD_USER_INPUT', 'x'.repeat(1_001))] })).toHaveLength(1);
  });

  test('may be a close with a code that says whose fault it was', () => {
    for (const code of [1002, 1008, 1009, 1013, 4400, 4403, 4408]) expect(brokenByClose(code, '')).toBeNull();
    for (const code of [1011, 4500, 4004]) expect(brokenByClose(code, 'why')).toBe(`closed a socket with ${code} why`);
  });
});
