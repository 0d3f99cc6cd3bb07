import { join } from 'node:path';
import { packageFolder } from '../package-folder';

/** Where `npm run build:web` puts the pages. */
export function webBuildFolder(): string {
  return join(packageFolder(), 'dist', 'web');
}
