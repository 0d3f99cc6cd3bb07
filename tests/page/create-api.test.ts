import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from '../../web/live/create-api';
import { createServiceClock } from '../../web/live/service-clock';
import { createSession } from '../../web/session/session';

const QUERY = '{ viewer { id } }';
const MUTATION = 'mutation { addBillingAdmin(input: { organizationId: "a", userId: "b" }) { changed } }';

/** A service that takes one token, and says the time of a clock of its own. */
async function startStandIn() {
  const asked: string[] = [];
  const standIn = { good: '', date: new Date(), status: 200, asked };
  const server = createServer((request, response) => {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
    asked.push(token);
    const isGood = token === standIn.good;
    response.sendDate = false;
    response.writeHead(isGood ? standIn.status : 401, {
      'content-type': 'application/json',
      date: standIn.date.toUTCString(),
    });
    const refusal = { errors: [{ message: 'No.', extensions: { code: 'UNAUTHENTICATED' } }] };
    request
      .resume()
      .on('end', () =>
        response.end(
          isGood && standIn.status !== 200 ? '' : JSON.stringify(isGood ? { data: { done: token } } : refusal),
        ),
      );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  });
}

let service: Awaited<ReturnType<typeof startStandIn>>;
beforeEach(async () => {
  service = await startStandIn();
});
afterEach(() => service.close());

/** A page whose application gives these tokens, the last one again and again. */
function open(given: readonly string[]) {
  const clock = createServiceClock();
  let count = 0;
  const session = createSession({
    initial: null,
    source: async () => given[Math.min(count++, given.length - 1)]!,
    now: clock.now,
    onAnotherPerson: () => undefined,
  });
  return { session, clock, api: createApi(service.url, session, clock) };
}

test.each([QUERY, MUTATION])(
  '%s goes on with the token that is taken at last, and was never begun before',
  async (text) => {
    service.good = 'c';
    const { session, api } = open(['a', 'b', 'c']);
    const answer = text === QUERY ? api.query(text, {}).toPromise() : api.mutation(text, {}).toPromise();
    await new Promise<void>((told) => {
      const stop = session.state.subscribe(() => {
        if (session.state.get().status !== 'failing') return;
        stop();
        told();
      });
    });
    expect(service.asked).toEqual(['a', 'b']);
    // The person tries again.
    session.retry?.();
    expect((await answer).data).toEqual({ done: 'c' });
    expect(service.asked).toEqual(['a', 'b', 'c']);
    expect(session.state.get().status).toBe('signed-in');
  },
);

test('a query is repeated a few times where the service is away, and a mutation is not', async () => {
  service.good = 'a';
  service.status = 503;
  const { api } = open(['a']);
  expect((await api.query(QUERY, {}).toPromise()).error?.networkError).toBeDefined();
  expect(service.asked).toHaveLength(3);
  expect((await api.mutation(MUTATION, {}).toPromise()).error?.networkError).toBeDefined();
  expect(service.asked).toHaveLength(4);
});

test.each([-1, 1])('the time is the service’s, which is %s days from the browser’s', async (days) => {
  service.good = 'a';
  service.date = new Date(Date.now() + days * 86_400_000);
  const { api, clock } = open(['a']);
  await api.query(QUERY, {}).toPromise();
  expect(Math.abs(clock.now() - service.date.getTime())).toBeLessThan(60_000);
});
