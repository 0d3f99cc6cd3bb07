/* eslint-disable @typescript-eslint/no-require-imports -- jest loads both as CommonJS */
interface Environment {
  keepGlobal(key: PropertyKey): void;
  teardown(): Promise<void>;
}
const SharedGlobals = require('../kits/jest/environment.js') as new (config: object) => Environment;

const globals = globalThis as unknown as Record<PropertyKey, unknown>;

/** What `change` leaves, as the next test file in the same worker finds it. */
async function after(change: (environment: Environment) => void): Promise<void> {
  const environment = new SharedGlobals({ projectConfig: { globals: { ENGINE: 'sqlite' }, fakeTimers: {} } });
  change(environment);
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

  test('the globals in which decorators of the service describe it', async () => {
    const description = Symbol.for('made by a module of the service');
    await after((environment) => {
      Object.assign(globals, { [description]: 1 });
      environment.keepGlobal(description);
    });
    expect(globals[description]).toBe(1);
    delete globals[description];
  });

  test('modules of the service, but none of its own or of the kits', () => {
    require('../../src/domain/text');
    require('../kits/basics/random');
    // What the file has to itself is in Jest's registry.
    const own = Object.keys(require.cache);
    expect(own.filter((file) => file.endsWith('/tests/kits/basics/random.ts'))).toHaveLength(1);
    expect(own.filter((file) => file.includes('/src/'))).toEqual([]);
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
