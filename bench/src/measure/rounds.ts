import { type HttpLoad, loadOverHttp } from './http-load';
import { processorTime } from './processor-time';
import type { ServerProcess } from './server-process';
import { median, quantile } from './statistics';

export interface RoundsOptions {
  readonly rounds: number;
  readonly milliseconds: number;
  /** Milliseconds of load for each server before any round counts: till then it is being compiled. */
  readonly warming: number;
  readonly connections: number;
  readonly requestsOf: (connection: number) => readonly Buffer[];
  /** What was counted beforehand, by server. */
  readonly statements?: Readonly<Record<string, number>>;
}

/** Medians of the rounds. */
export interface HttpFigures {
  readonly perSecond: number;
  /** Of the server, for each request, in milliseconds. */
  readonly processor: number;
  readonly p50: number;
  readonly p99: number;
  /** For each request. Null if they were not counted. */
  readonly statements: number | null;
}

/** So many rounds do not count, however long they are. */
const FIRST_ROUNDS = 3;

/** What one round of one server showed. */
export interface HttpRound {
  readonly load: HttpLoad;
  /** Of the server, for each request, in milliseconds. */
  readonly processor: number;
}

/** Loads the servers in turn, round by round, after some that do not count: what disturbs the machine meets all of them. */
export async function loadInRounds(
  servers: Readonly<Record<string, ServerProcess>>,
  { rounds, milliseconds, warming, connections, requestsOf }: Omit<RoundsOptions, 'statements'>,
): Promise<Record<string, HttpRound[]>> {
  const seen: Record<string, HttpRound[]> = {};
  const firstRounds = Math.max(FIRST_ROUNDS, Math.ceil(warming / milliseconds));
  for (let round = -firstRounds; round < rounds; round++)
    for (const [name, { pid, port }] of Object.entries(servers)) {
      const before = processorTime(pid);
      const load = await loadOverHttp(port, requestsOf, connections, milliseconds);
      const processor = (processorTime(pid) - before) / load.answered;
      if (round >= 0) (seen[name] ??= []).push({ load, processor });
    }
  return seen;
}

/** The medians of `loadInRounds`. */
export async function inRounds(
  servers: Readonly<Record<string, ServerProcess>>,
  { statements, ...options }: RoundsOptions,
): Promise<Record<string, HttpFigures>> {
  const seen = await loadInRounds(servers, options);
  return Object.fromEntries(
    Object.entries(seen).map(([name, each]) => [
      name,
      {
        perSecond: median(each.map(({ load }) => load.answered / load.seconds)),
        processor: median(each.map(({ processor }) => processor)),
        p50: median(each.map(({ load }) => quantile(load.latencies, 0.5))),
        p99: median(each.map(({ load }) => quantile(load.latencies, 0.99))),
        statements: statements?.[name] ?? null,
      },
    ]),
  );
}
