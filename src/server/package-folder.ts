import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The package's own folder. This file runs from `src/` under the tests and from `dist/src/` in the service, so that the way there is looked
 * for.
 */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json in ${__dirname} or above it.`);
    folder = parent;
  }
  return folder;
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Where `npm run build:web` puts the pages. */
export function webBuildFolder(): string {
  return join(packageFolder(), 'dist', 'web');
}
