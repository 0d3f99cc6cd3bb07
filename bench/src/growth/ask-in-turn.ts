import { rawAnswer, tokenOf } from '../data/sender';
import { loadOverHttp, requestBytes } from '../measure/http-load';
import type { ServerProcess } from '../measure/server-process';
import { median, quantile } from '../measure/statistics';
import type { GrowthForm, Line } from './series';

/** A database of one size, and the service that runs on it. */
export interface Place {
  readonly size: number;
  readonly url: string;
  readonly server: ServerProcess;
}

/** What a client sends; `subject` null is the host. */
export interface Asked {
  readonly name: string;
  readonly subject: string | null;
  readonly query: string;
  readonly variables: object;
}

/** Operations that are sent in turn, one at a time: a single one, or a change and the one that undoes it. */
export type Turn = (place: Place) => readonly Asked[];

/**
 * Each line's figure for a size is the median of rounds, and a round's the latency below which a tenth of its requests lay, because
 * other work on the machine only adds to it. The sizes are asked in turn, and the first round does not count.
 */
export async function askInTurn(
  places: readonly Place[],
  turns: readonly Turn[],
  { rounds, milliseconds }: GrowthForm,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const turn of turns) {
    const names = turn(places[0]!).map(({ name }) => name);
    const seen = names.map(() => places.map((): number[] => []));
    for (const place of places) for (const asked of turn(place)) await requireAnswer(place, asked);
    for (let round = 0; round <= rounds; round++)
      for (let step = 0; step < places.length; step++) {
        const index = (step + round) % places.length;
        const place = places[index]!;
        const requests = await Promise.all(
          turn(place).map(async ({ subject, query, variables }) =>
            requestBytes('/graphql', await tokenOf(subject), { query, variables }),
          ),
        );
        const { latencies } = await loadOverHttp(place.server.port, () => requests, 1, milliseconds);
        if (round === 0) continue;
        names.forEach((_, part) => {
          const own = latencies.filter((_latency, at) => at % names.length === part);
          seen[part]![index]!.push(quantile(own, 0.1));
        });
      }
    names.forEach((name, part) => lines.push({ name, unit: 'ms', values: seen[part]!.map((each) => median(each)) }));
  }
  return lines;
}

/** The load looks at nothing but the status. */
async function requireAnswer({ server }: Place, { name, subject, query, variables }: Asked): Promise<void> {
  const text = await rawAnswer(server.port, await tokenOf(subject), query, variables);
  const { data, errors } = JSON.parse(text) as {
    data?: Record<string, { changed?: boolean } | null>;
    errors?: unknown;
  };
  const isRefused = Object.values(data ?? {}).some((field) => field === null || field.changed === false);
  if (errors !== undefined || !data || isRefused) throw new Error(`${name}: ${text.slice(0, 1_000)}`);
}
