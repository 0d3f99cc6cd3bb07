import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { curvesAsSvg } from '../report/curves';
import { tableOf } from '../report/table';
import type { Series } from './series';

const RESULTS = join(__dirname, '../../../../results');

/** A series, and the circumstances it was found in. */
export interface KeptSeries extends Series {
  readonly circumstances: string;
}

/** A table: the value at the smallest size, and each other's ratio to it. */
export function seriesAsTable({ axis, sizes, lines }: Series): string {
  const [smallest, ...others] = sizes.map((size) => size.toLocaleString('en'));
  return tableOf([
    [axis, `at ${smallest}`, ...others.map((size) => `${size}: ×`)],
    ...lines.map(({ name, unit, values }) => [
      name,
      `${Number(values[0]!.toPrecision(3))} ${unit}`,
      ...ratiosOf(values)
        .slice(1)
        .map((ratio) => ratio.toFixed(2)),
    ]),
  ]);
}

const ratiosOf = (values: readonly number[]) => values.map((value) => value / values[0]!);

/** Stores a series, and makes the report and the picture from all stored ones, in the order of `names`. */
export function keepSeries(name: string, series: KeptSeries, names: readonly string[]): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(fileOf(name), JSON.stringify(series, null, 2));
  const kept = names.filter((each) => existsSync(fileOf(each))).map(seriesOf);
  const texts = kept.flatMap((each) => [each.circumstances, seriesAsTable(each), each.note]);
  writeFileSync(join(RESULTS, 'growth.md'), `${texts.join('\n\n')}\n`);
  const groups = kept.map(({ axis, sizes, lines }) => ({
    title: axis,
    sizes,
    curves: lines.map((line) => ({ name: line.name, ratios: ratiosOf(line.values) })),
  }));
  writeFileSync(join(RESULTS, 'growth.svg'), curvesAsSvg(groups));
}

const fileOf = (name: string) => join(RESULTS, `growth-${name}.json`);

const seriesOf = (name: string) => JSON.parse(readFileSync(fileOf(name), 'utf8')) as KeptSeries;
