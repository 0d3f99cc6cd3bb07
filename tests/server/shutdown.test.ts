import { Gate } from '../kits/basics/gate';
import { RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const ADD = `mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }`;

const VERSION = '{ organization(id: "acme") { billingAdmins { version } } }';

/** Holds the lock of Acme until it is released. */
async function holdAcme({ services }: TestService) {
  const [isHeld, isReleased] = [new Gate(), new Gate()];
  const holding = services.database.transaction(async (writer) => {
    await writer.lock('SELECT id FROM organizations WHERE id = ?', ['acme']);
    isHeld.open();
    await isReleased.opened;
  });
  await isHeld.opened;
  return async () => {
    isReleased.open();
    await holding;
  };
}

test('O4 a running mutation finishes, the service is not ready during that, and then every socket is closed with 1001', async () => {
  const service = await startTestService();
  await seedAcme(service.services);
  const olivia = await service.token('olivia');
  const socket = await RawSocket.signIn(service, olivia);

  // The lock is held until the service has begun to stop, so that the mutation is under way by then.
  const release = await holdAcme(service);
  const statements = service.statements.length;
  socket.operate(ADD);
  // Its look-up of the viewer's billing role has been sent: it is on its way to the lock.
  while (service.statements.length === statements) await new Promise(setImmediate);

  const closing = service.close();
  await release();
  expect(await socket.next()).toMatchObject({
    type: 'next',
    payload: { data: { addBillingAdmin: { changed: true } } },
  });
  expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' });
  await closing;
  await expect(fetch(`${service.address}/healthz`)).rejects.toThrow();
});

test('O4 B3 a page for a payment that is made while the service is stopping has its address', async () => {
  const service = await startTestService();
  await seedAcme(service.services);
  const socket = await RawSocket.signIn(service, await service.token('olivia'));
  const release = await holdAcme(service);
  const statements = service.statements.length;
  socket.operate(`mutation { changeSubscription(input: {
    organizationId: "acme", planKey: "starter", cadence: MONTHLY, returnUrl: "${service.address}/billing"
  }) { checkoutUrl userErrors { code } } }`);
  while (service.statements.length === statements) await new Promise(setImmediate);

  const closing = service.close();
  await release();
  expect(await socket.next()).toMatchObject({
    payload: {
      data: {
        changeSubscription: {
          checkoutUrl: expect.stringContaining(`${service.address}/sandbox/checkout`) as string,
          userErrors: [],
        },
      },
    },
  });
  await closing;
});

test('O4 what comes on a socket while the service is stopping is not begun, and what came before is answered', async () => {
  const service = await startTestService();
  await seedAcme(service.services);
  const socket = await RawSocket.signIn(service, await service.token('olivia'));
  const release = await holdAcme(service);
  const statements = service.statements.length;
  const first = socket.operate(ADD);
  while (service.statements.length === statements) await new Promise(setImmediate);

  const restarting = service.restart();
  socket.operate(ADD.replace('mia', 'ada'));
  // A pong answers what came after it.
  socket.say({ type: 'ping' });
  expect(await socket.next()).toEqual({ type: 'pong' });
  await release();
  expect(await socket.next()).toMatchObject({ type: 'next', id: first });
  expect((await socket.closed).code).toBe(1001);
  const again = await restarting;
  expect(await again.as('olivia')(VERSION)).toMatchObject({
    data: { organization: { billingAdmins: { version: 9 } } },
  });
  expect(socket.all.filter(({ type }) => type === 'next')).toHaveLength(1);
  await again.close();
});

test('O4 a connection that is only kept alive does not hold up the end', async () => {
  const service = await startTestService();
  const response = await fetch(`${service.address}/healthz`, { headers: { connection: 'keep-alive' } });
  await response.text();
  await service.close();
});
