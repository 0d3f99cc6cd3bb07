// Lets a process of its own run the service's source, compiled as jest compiles it: `node -r` this file.
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) =>
  module._compile(transformFileSync(file, { sourceMaps: 'inline' }).code, file);
