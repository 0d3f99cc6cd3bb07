import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where `npm run build:web` puts the pages. This file runs from `src/` under the tests and from `dist/src/` in the service, so
 * the way there starts at the package's own folder.
 */
export function webBuildFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json in ${__dirname} or above it.`);
    folder = parent;
  }
  return join(folder, 'dist', 'web');
}
