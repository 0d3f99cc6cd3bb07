const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** What one test file of a worker leaves to the next on purpose, by name. */
const kept = new Map();

/**
 * Runs a test file among the process's own globals. In a context of its own, as jest's `node` environment has it, each access to a
 * global costs more, and no package could be shared between test files: its errors and arrays would be no instances of the
 * file's `Error` and `Array`. What a file changes of the globals and of `process.env` is put back after it.
 */
module.exports = class SharedGlobalsEnvironment {
  global = globalThis;

  constructor({ projectConfig, globalConfig }) {
    this.before = {
      globals: Object.getOwnPropertyDescriptors(globalThis),
      exit: process.exit,
      env: process.env,
      variables: { ...process.env },
    };
    // Where jest watches, what was kept may be of source that has changed.
    const KEPT_BY_WORKER = globalConfig?.watch || globalConfig?.watchAll ? new Map() : kept;
    Object.assign(globalThis, projectConfig.globals, { KEPT_BY_WORKER });
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    const { globals, exit, env, variables } = this.before;
    restoreGlobals(globals);
    process.exit = exit;
    process.env = env;
    for (const name of Object.keys(env)) if (!(name in variables)) delete env[name];
    Object.assign(env, variables);
    // Jest's runtime loads nothing more for a file without globals.
    this.global = null;
  }

  /** Leaves a global that this file's modules have made to the next files. */
  keepGlobal(key) {
    this.before.globals[key] = Object.getOwnPropertyDescriptor(globalThis, key);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** Jest's worker asks for the method; the runtime beside this file compiles without a context. */
  getVmContext() {
    return globalThis;
  }
};

/** What Node itself defines at a first use, such as `fetch` and its pool of connections, stays: the first is an accessor here. */
function restoreGlobals(before) {
  for (const key of Reflect.ownKeys(globalThis)) {
    const { configurable, value } = Object.getOwnPropertyDescriptor(globalThis, key);
    const was = before[key];
    if (was === undefined) {
      if (configurable) delete globalThis[key];
    } else if ('value' in was && !Object.is(was.value, value)) {
      globalThis[key] = was.value;
    }
  }
}
