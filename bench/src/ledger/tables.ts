import { median } from '../measure/statistics';
import { tableOf } from '../report/table';
import type { Measured } from './measured';

/** What was measured of one thing. The inner lists are in the order of the sizes. */
export interface Figures {
  /** For each round the latency below which a tenth of them lay, over the service, in milliseconds. */
  readonly service: number[][];
  /** The service's processor time in milliseconds, and the answers that it went into, over all rounds. */
  readonly processor: { used: number; answers: number }[];
  /** As `service`, for the function without the request. */
  readonly call: number[][];
}

/** Markdown by part: the medians with the shortest past, and of the rounds' ratios to it. */
export function tables(
  sizes: readonly number[],
  figures: ReadonlyMap<Measured, Figures>,
): [part: string, table: string][] {
  const parts: [string, (figures: Figures) => readonly (readonly number[])[]][] = [
    ['over the service, one at a time', ({ service }) => service],
    ["processor time of the service's process", ({ processor }) => [processor.map(perAnswer)]],
    ['the function alone', ({ call }) => call],
  ];
  const [shortest, ...others] = sizes.map((size) => size.toLocaleString('en'));
  const heads = [`ms at ${shortest}`, ...others.map((size) => `${size} : ${shortest}`)];
  return parts.map(([part, roundsOf]) => [
    part,
    tableOf([['', ...heads], ...[...figures].map(([{ name }, each]) => [name, ...cellsOf(roundsOf(each))])]),
  ]);
}

const perAnswer = ({ used, answers }: { used: number; answers: number }) => used / answers;

function cellsOf(rounds: readonly (readonly number[])[]): string[] {
  const others = rounds[0]!.slice(1).map((_, index) => median(rounds.map((round) => round[index + 1]! / round[0]!)));
  return [median(rounds.map((round) => round[0]!)).toFixed(2), ...others.map((ratio) => ratio.toFixed(2))];
}
