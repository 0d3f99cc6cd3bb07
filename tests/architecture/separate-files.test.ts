/* eslint-disable @typescript-eslint/no-require-imports -- jest loads both as CommonJS */
type Environment = new (config: object) => { teardown(): Promise<void> };
const SharedGlobals = require('../kits/jest/environment.js') as Environment;

const globals = globalThis as unknown as Record<PropertyKey, unknown>;

/** What `change` leaves, as the next test file in the same worker finds it. */
async function after(change: () => void): Promise<void> {
  const environment = new SharedGlobals({ projectConfig: { globals: { ENGINE: 'sqlite' }, fakeTimers: {} } });
  change();
  await environment.teardown();
}

describe('a test file leaves the next one in its worker', () => {
  test('no global that it set, by name or by symbol', async () => {
    const symbol = Symbol.for('left by a test');
    await after(() => Object.assign(globals, { leftByATest: 1, [symbol]: 2 }));
    expect('leftByATest' in globals || symbol in globals).toBe(false);
  });

  test("Node's own globals where it replaced them", async () => {
    const { setTimeout: before } = globalThis;
    await after(() => void jest.spyOn(globalThis, 'setTimeout'));
    expect(setTimeout).toBe(before);
  });

  test('the environment variables that it found', async () => {
    const { env } = process;
    const before = { ...env };
    await after(() => {
      env.LEFT_BY_A_TEST = '1';
      delete env.PATH;
      process.env = {};
    });
    expect(process.env).toBe(env);
    expect({ ...process.env }).toEqual(before);
  });

  test('modules of the service that are loaded again, and packages that are not', () => {
    const of = () => [require('../../src/domain/text') as object, require('graphql') as object];
    const [ours, theirs] = of();
    jest.resetModules();
    const [oursAgain, theirsAgain] = of();
    expect(oursAgain).not.toBe(ours);
    expect(theirsAgain).toBe(theirs);
  });
});
