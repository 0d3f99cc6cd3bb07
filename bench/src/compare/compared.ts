import { median, quantile } from '../measure/statistics';

/** In the order in which they are measured. */
export const BUILDS = ['before', 'now'] as const;

export type OfBuilds<T> = Record<(typeof BUILDS)[number], T>;

/** One figure of both builds: a value for each round, in the same order. */
export type Compared = OfBuilds<readonly number[]>;

/** The medians, the median of the rounds' ratios, and between which ratios the middle half of the rounds lies. */
export function comparisonRow(work: string, { before, now }: Compared): string[] {
  const ratios = now.map((value, round) => value / before[round]!);
  const figure = (value: number) => value.toFixed(value < 10 ? 3 : 1);
  return [
    work,
    figure(median(before)),
    figure(median(now)),
    median(ratios).toFixed(2),
    `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
    String(ratios.length),
  ];
}
