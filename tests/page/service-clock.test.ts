import { createServiceClock } from '../../web/live/service-clock';

const DAY = 24 * 60 * 60 * 1_000;
const NOON = Date.UTC(2026, 4, 20, 12);

describe.each([
  ['a day behind', -DAY],
  ['a day ahead', DAY],
])('a browser whose clock is %s', (_, off) => {
  test('goes by the service’s time once the service has answered, whatever the clock is set to', () => {
    let local = NOON + off;
    let steady = 5_000;
    const clock = createServiceClock(
      () => local,
      () => steady,
    );
    expect(clock.now()).toBe(NOON + off);
    clock.take(new Date(NOON).toUTCString());
    expect(clock.now()).toBe(NOON);
    steady += 90_000;
    local += 90_000 - off;
    expect(clock.now()).toBe(NOON + 90_000);
    clock.take(new Date(NOON + 95_000).toUTCString());
    expect(clock.now()).toBe(NOON + 95_000);
  });
});

test.each([null, '', 'yesterday'])('an answer that says %j for its time changes nothing', (date) => {
  const clock = createServiceClock(
    () => 1,
    () => 2,
  );
  clock.take(date);
  expect(clock.now()).toBe(1);
  clock.take('Wed, 20 May 2026 12:00:00 GMT');
  clock.take(date);
  expect(clock.now()).toBe(NOON);
});
