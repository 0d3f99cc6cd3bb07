const { createRequire, isBuiltin } = require('node:module');
const { dirname, isAbsolute, join, resolve, sep } = require('node:path');
const { Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const PACKAGES = `${sep}node_modules${sep}`;

/** The folders of the service itself. */
const SERVICE = ['src', 'migrations'].map((folder) => join(resolve(__dirname, '../../..'), folder) + sep);

/** What a worker has compiled, by file. */
const compiled = new Map();

/** The service's modules that a worker has loaded, by file, and where Jest keeps the source map of each. */
const modules = new Map();
const sourceMaps = new Map();

/** The runtime of the test file that runs now: a module of the service may load another long after its own first file. */
let current;

/**
 * Loads packages and the service's own modules once for each worker, and the tests and their kits again for each test file. Most
 * of a file's time went into loading the same modules, and into running their code before V8 had optimized it. Each start of
 * the service makes all that it needs, and its modules keep what belongs to the process. A package can't be mocked here.
 *
 * A test file that mocks or resets modules has the service's modules to itself from then on. So has each file where Jest watches or
 * collects coverage, or where `testEnvironmentOptions` say so: there, a module changes, or it matters when it is loaded.
 */
module.exports = class SharedModulesRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    const [{ testEnvironmentOptions }, , , , , { collectCoverage }, , { watch, watchAll }] = given;
    this.sharesService = !(collectCoverage || watch || watchAll || testEnvironmentOptions.ownModules);
    // Jest compiles every module again for every test file, in the file's context.
    this.executor.compile = (source, filename) => compile(source, filename, this.executor.injectedModuleParameters);
    for (const [file, map] of sourceMaps) this.getSourceMaps().set(file, map);
    current = this;
  }

  requireModule(from, name, options, isRequireActual) {
    if (!options?.isInternalModule) {
      if (name === undefined && from.includes(PACKAGES)) return require(from);
      if (name !== undefined && isPackage(name)) return createRequire(from)(name);
      const file = this.sharesService && name?.startsWith('.') ? serviceFile(from, name) : null;
      if (file !== null) return this.requireService(file);
    }
    return super.requireModule(from, name, options, isRequireActual);
  }

  requireService(file) {
    if (modules.has(file)) return modules.get(file).exports;
    const before = new Set(Reflect.ownKeys(globalThis));
    try {
      return load(file).exports;
    } finally {
      // Where decorators of the service keep what they describe: their modules are not loaded again for the next file.
      for (const key of Reflect.ownKeys(globalThis)) if (!before.has(key)) this._environment.keepGlobal(key);
    }
  }

  resetModules() {
    this.sharesService = false;
    super.resetModules();
  }

  isolateModules(load) {
    this.sharesService = false;
    super.isolateModules(load);
  }

  isolateModulesAsync(load) {
    this.sharesService = false;
    return super.isolateModulesAsync(load);
  }

  setMock(...given) {
    this.sharesService = false;
    super.setMock(...given);
  }
};

function isPackage(name) {
  return !name.startsWith('.') && !isAbsolute(name) && !isBuiltin(name);
}

/** The file of the service that a relative name means, or null where it means another. */
function serviceFile(from, name) {
  const file = `${join(dirname(from), name)}.ts`;
  return SERVICE.some((folder) => file.startsWith(folder)) ? file : null;
}

/** Loads a module of the service as Node would, compiled by Jest. */
function load(file) {
  const known = modules.get(file);
  if (known) return known;
  const module = { id: file, filename: file, exports: {}, loaded: false };
  modules.set(file, module);
  try {
    const code = current.transformCache.transform(file);
    sourceMaps.set(file, current.getSourceMaps().get(file));
    const run = compile(code, file, ['module', 'exports', 'require', '__dirname', '__filename']);
    run.call(module.exports, module, module.exports, requireFor(file), dirname(file), file);
    module.loaded = true;
    return module;
  } catch (error) {
    modules.delete(file);
    throw error;
  }
}

function requireFor(file) {
  const ofPackages = createRequire(file);
  return (name) => {
    const other = name.startsWith('.') ? serviceFile(file, name) : null;
    return other === null ? ofPackages(name) : load(other).exports;
  };
}

function compile(source, filename, parameters) {
  const kept = compiled.get(filename);
  // A file changes between two runs of one process where jest watches.
  if (kept?.source === source) return kept.script.runInThisContext();
  const start = `(function (${parameters.join(', ')}) {`;
  const script = new Script(`${start}${source}\n})`, { filename, columnOffset: -start.length });
  compiled.set(filename, { source, script });
  return script.runInThisContext();
}
