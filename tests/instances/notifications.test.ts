import { createClient } from '@redis/client';
import { LogPositionWatcher } from '../../src/actions/subscriptions/log-position-watcher';
import type { LogPosition } from '../../src/domain/log/log-position';
import { logPositionsOf } from '../../src/store/organizations';
import { Arrivals } from '../kits/basics/arrivals';
import {
  areConnected,
  freshPrefix,
  logPositionAt,
  REDIS_URL,
  redisNotifier,
  type TestNotifier,
} from '../kits/servers/redis-notifiers';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const HOUR = 3_600_000;

let services: TestServices;
let prefix: string;
let here: TestNotifier;
let there: TestNotifier;
/** Another instance's, which looks by itself so rarely that whatever it hears it has heard by Redis. */
let watcher: LogPositionWatcher;
let looks = 0;

class HeardPositions extends Arrivals<LogPosition | null> {
  readonly hear = (told: LogPosition | null) => this.take(told);
}

beforeEach(async () => {
  services = await startServices();
  prefix = freshPrefix();
  [here, there] = [redisNotifier(prefix), redisNotifier(prefix)];
  looks = 0;
  const { reader } = services.database;
  const readLogPositions = (ids: readonly string[]) => {
    looks += 1;
    return logPositionsOf(reader, ids);
  };
  watcher = new LogPositionWatcher(there, readLogPositions, fail, HOUR);
  await areConnected(here, there);
});

afterEach(async () => {
  watcher.close();
  await Promise.all([here.close(), there.close()]);
  await services.close();
});

function fail(error: unknown): never {
  throw error;
}

const logPositionOf = async (organizationId: string) =>
  (await logPositionsOf(services.database.reader, [organizationId]))[0]!;

test('E4 a notification has the other instance look, and hear what the database says', async () => {
  const acme = await seedAcme(services);
  const heard = new HeardPositions();
  watcher.watch(acme.id, heard.hear);
  here.publish(await logPositionOf(acme.id));
  expect(await heard.next()).toEqual(await logPositionOf(acme.id));
  await acme.adds('mia', 'olivia');
  here.publish(await logPositionOf(acme.id));
  expect(await heard.next()).toEqual(await logPositionOf(acme.id));
  expect(looks).toBe(2);
});

test('E4 a notification of what is known already costs nothing', async () => {
  const acme = await seedAcme(services);
  const heard = new HeardPositions();
  watcher.watch(acme.id, heard.hear);
  const old = await logPositionOf(acme.id);
  here.publish(old);
  await heard.next();
  for (let times = 0; times < 100; times++) here.publish(old);
  await areConnected(here, there);
  expect(looks).toBe(1);
});

test('E4 R13 a notification of a removed organization ends what watcher it', async () => {
  const acme = await seedAcme(services);
  const heard = new HeardPositions();
  watcher.watch('nowhere', heard.hear);
  here.publish({ ...(await logPositionOf(acme.id)), organizationId: 'nowhere' });
  expect(await heard.next()).toBeNull();
});

test('E4 a log position that nobody has reached is not believed, and neither is it waited for', async () => {
  const acme = await seedAcme(services);
  const heard = new HeardPositions();
  watcher.watch(acme.id, heard.hear);
  const truth = await logPositionOf(acme.id);
  const stranger = await createClient({ url: REDIS_URL }).connect();
  const far = Number.MAX_SAFE_INTEGER;
  const lie = { organizationId: acme.id, sequence: far, version: far, ledgerSequence: far };
  await stranger.publish(`${prefix}:heads`, JSON.stringify(lie));
  await stranger.close();
  expect(await heard.next()).toEqual(truth);

  await acme.adds('mia', 'olivia');
  here.publish(await logPositionOf(acme.id));
  expect(await heard.next()).toEqual(await logPositionOf(acme.id));
  expect(heard.all).toHaveLength(2);
});

test('E4 lies without end are looked up few at a time, and the truth comes through', async () => {
  const acme = await seedAcme(services);
  const heard = new HeardPositions();
  watcher.watch(acme.id, heard.hear);
  for (let lie = 1_000; lie < 11_000; lie++) here.publish(logPositionAt(acme.id, lie));
  expect(await heard.next()).toEqual(await logPositionOf(acme.id));
  await acme.adds('mia', 'olivia');
  here.publish(await logPositionOf(acme.id));
  expect(await heard.next()).toEqual(await logPositionOf(acme.id));
  expect(heard.all).toHaveLength(2);
  expect(looks).toBeLessThan(1_000);
});
