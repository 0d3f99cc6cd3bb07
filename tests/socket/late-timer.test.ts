import { stopTheClock } from '../kits/basics/only-the-date';
import { RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { ROSTER_CHANGED } from '../kits/clients/socket';

const HOUR = 60 * 60 * 1000;

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await seedAcme(service.services);
});
afterAll(() => service.close());
afterEach(() => jest.useRealTimers());

describe('L5 a token ends at its time also where the timer that closes its socket has not noticed yet', () => {
  test.each<[what: string, query: string]>([
    ['a query', '{ viewer { id } }'],
    ['a public one', '{ plans { key } }'],
    ['a mutation', 'mutation { requestBillingAccess(input: { organizationId: "acme" }) { userErrors { code } } }'],
    ['a subscription', ROSTER_CHANGED],
  ])('%s that comes then is not begun, and its socket is closed with 4403', async (_, query) => {
    const now = Date.now();
    stopTheClock(now);
    const socket = await RawSocket.signIn(service, await service.token('mia', { expiresInSeconds: 3_600 }));
    // A machine that slept: the clock goes on, and the timer looks at it once a minute.
    jest.setSystemTime(now + HOUR);
    const before = service.statements.length;
    socket.operate(query, { organizationId: 'acme' });
    // Whichever comes first: an answer is the fault.
    expect(await Promise.race([socket.closed, socket.next()])).toEqual({ code: 4403, reason: 'Token expired' });
    expect(socket.all.filter(({ type }) => type === 'next')).toEqual([]);
    expect(service.statements.slice(before).filter((sql) => /^(INSERT|UPDATE|DELETE)/.test(sql))).toEqual([]);
  });

  test('a second before, it is', async () => {
    const now = Date.now();
    stopTheClock(now);
    const socket = await RawSocket.signIn(service, await service.token('mia', { expiresInSeconds: 3_600 }));
    jest.setSystemTime(now + HOUR - 1_000);
    socket.operate('{ viewer { id } }');
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { id: 'mia' } } } });
    socket.terminate();
    await socket.closed;
  });
});
