import { RawSocket } from '../support/raw-socket';
import { seedAcme } from '../support/seed';
import { startTestService } from '../support/service';

const ADD = `mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }`;

test('O4 a mutation that is under way finishes, the service is not ready meanwhile, and then every socket is closed with 1001', async () => {
  const service = await startTestService();
  await seedAcme(service.services);
  const olivia = await service.token('olivia');
  const socket = await RawSocket.signIn(service, olivia);

  // The lock is held until the service has begun to stop, so that the mutation is under way by then.
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let isHeld: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (isHeld = resolve));
  const holding = service.services.database.transaction(async (writer) => {
    await writer.lock('SELECT id FROM organizations WHERE id = ?', ['acme']);
    isHeld();
    await released;
  });
  await held;
  const statements = service.statements.length;
  socket.operate(ADD);
  // Its look-up of the viewer's standing has been sent: it is on its way to the lock.
  while (service.statements.length === statements) await new Promise(setImmediate);

  const closing = service.close();
  release();
  await holding;
  expect(await socket.next()).toMatchObject({
    type: 'next',
    payload: { data: { addBillingAdmin: { changed: true } } },
  });
  expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' });
  await closing;
  await expect(fetch(`${service.address}/healthz`)).rejects.toThrow();
});

test('O4 a connection that is only kept alive does not hold up the end', async () => {
  const service = await startTestService();
  const response = await fetch(`${service.address}/healthz`, { headers: { connection: 'keep-alive' } });
  await response.text();
  await service.close();
});
