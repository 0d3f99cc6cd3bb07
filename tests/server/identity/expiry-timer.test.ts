import { atTime } from '../../../src/server/identity/expiry-timer';

const NOW = Date.parse('2031-05-01T12:00:00.000Z');
const DAY = 86_400_000;

describe('a timer for when a token expires', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  test('L5 fires once, at its time and not before', () => {
    const action = jest.fn();
    atTime(NOW + 1_500, action);
    jest.advanceTimersByTime(1_499);
    expect(action).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(DAY);
    expect(action).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('L5 a token that lives for 60 days does not fire at once, and fires after 60 days', () => {
    const waits = jest.spyOn(global, 'setTimeout');
    const action = jest.fn();
    atTime(NOW + 60 * DAY, action);
    jest.advanceTimersByTime(60 * DAY - 1);
    expect(action).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
    // The faked timer does not have the trap of the real one, so look at what was asked of it.
    expect(Math.max(...waits.mock.calls.map(([, wait]) => wait ?? 0))).toBeLessThan(2 ** 31);
  });

  test('L5 the end of time can be waited for', () => {
    const action = jest.fn();
    const cancel = atTime(8.64e15, action);
    jest.advanceTimersByTime(60 * DAY);
    expect(action).not.toHaveBeenCalled();
    cancel();
    expect(jest.getTimerCount()).toBe(0);
  });

  test.each([NOW, NOW - 1, 0, -Infinity])(
    'L5 a time that is past fires soon, but not before the caller goes on: %p',
    (when) => {
      const action = jest.fn();
      atTime(when, action);
      expect(action).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      expect(action).toHaveBeenCalledTimes(1);
    },
  );

  test('L5 called off, it never fires, at whichever step it is', () => {
    const action = jest.fn();
    for (const passed of [0, 30_000, 60_000, DAY]) {
      const cancel = atTime(Date.now() + 2 * DAY, action);
      jest.advanceTimersByTime(passed);
      cancel();
      cancel();
      expect(jest.getTimerCount()).toBe(0);
    }
    jest.advanceTimersByTime(3 * DAY);
    expect(action).not.toHaveBeenCalled();
  });

  test('L5 calling it off after it fired does nothing', () => {
    const action = jest.fn();
    const cancel = atTime(NOW + 1, action);
    jest.advanceTimersByTime(1);
    cancel();
    expect(action).toHaveBeenCalledTimes(1);
  });

  test('L5 after the machine slept, or its clock was set, it is at most a minute late', () => {
    const action = jest.fn();
    atTime(NOW + DAY, action);
    jest.setSystemTime(NOW + 2 * DAY);
    jest.advanceTimersByTime(60_000);
    expect(action).toHaveBeenCalledTimes(1);
  });

  test('L5 it does not keep the process alive', () => {
    const waits = jest.spyOn(global, 'setTimeout');
    const cancel = atTime(NOW + DAY, () => undefined);
    expect((waits.mock.results[0]?.value as NodeJS.Timeout).hasRef()).toBe(false);
    cancel();
  });
});
