import { HostFeedWatcher } from '../../src/actions/host-events/host-feed-watcher';
import { Unavailable } from '../../src/domain/refusals';

test('H4 O6 while the database is away nobody is told, and the wait goes on; any other error is told', async () => {
  const failures = [new Unavailable('The database is away.'), new Error('Something else.')];
  const told: unknown[] = [];
  const watcher = new HostFeedWatcher(
    () => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve(5);
    },
    (error) => told.push(error),
  );
  await watcher.leaves(4, new AbortController().signal);
  expect(told).toEqual([new Error('Something else.')]);
});
