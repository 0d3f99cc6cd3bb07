const { createRequire, isBuiltin } = require('node:module');
const { isAbsolute, sep } = require('node:path');
const { Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const PACKAGES = `${sep}node_modules${sep}`;

/** What a worker has compiled, by file. */
const compiled = new Map();

/**
 * Loads packages once for each worker, by Node itself, and the service and its tests again for each test file: two thirds of a
 * file's time went into loading the same two thousand modules of packages. A package can't be mocked here.
 */
module.exports = class SharedPackagesRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    // Jest compiles every module again for every test file, in the file's context.
    this.executor.compile = (source, filename) => compile(source, filename, this.executor.injectedModuleParameters);
  }

  requireModule(from, name, options, isRequireActual) {
    if (!options?.isInternalModule) {
      if (name === undefined && from.includes(PACKAGES)) return require(from);
      if (name !== undefined && isPackage(name)) return createRequire(from)(name);
    }
    return super.requireModule(from, name, options, isRequireActual);
  }
};

function isPackage(name) {
  return !name.startsWith('.') && !isAbsolute(name) && !isBuiltin(name);
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
