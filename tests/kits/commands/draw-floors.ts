import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withFloorsPicture } from './floors-picture';

const ROOT = resolve(__dirname, '../../..');
const PAGE = join(ROOT, 'docs/architecture.md');

writeFileSync(PAGE, withFloorsPicture(readFileSync(PAGE, 'utf8'), ROOT));
