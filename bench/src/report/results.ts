import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BarGroup, barsAsSvg } from './bars';

const RESULTS = join(__dirname, '../../../../results');

/** What one part of the bench has found, with the circumstances it was found in. */
export interface PartResult {
  readonly texts: readonly string[];
  readonly bars: readonly BarGroup[];
}

/** Stores what a part found, and writes the report and the picture of all parts, in the order of `parts`. */
export function keepResult(part: string, result: PartResult, parts: readonly string[]): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(fileOf(part), JSON.stringify(result, null, 2));
  const all = parts.filter((name) => existsSync(fileOf(name))).map(resultOf);
  writeFileSync(join(RESULTS, 'report.md'), `${all.flatMap(({ texts }) => texts).join('\n\n')}\n`);
  writeFileSync(join(RESULTS, 'picture.svg'), barsAsSvg(all.flatMap(({ bars }) => bars)));
}

const fileOf = (part: string) => join(RESULTS, `${part}.json`);

const resultOf = (part: string) => JSON.parse(readFileSync(fileOf(part), 'utf8')) as PartResult;
