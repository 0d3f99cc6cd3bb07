import { insertInBulk } from '../data/bulk';
import { openRows } from '../data/rows';
import { sender, tokenOf } from '../data/sender';
import { endOfDayOf } from '../ledger/history';
import { LOG_COLUMNS, type LogEnd, logRows } from '../ledger/log-rows';
import { Subscribers } from '../measure/subscribers';
import { median, quantile } from '../measure/statistics';
import { ROSTER_SUBSCRIPTION } from '../question';
import { askInTurn, type Place } from './ask-in-turn';
import { GROWN, GROWN_OWNER, onPlaces } from './place';
import { accessQuery, activityPage, addAndRemove } from './questions';
import type { GrowthForm, Line, MeasureGrowth } from './series';

/** Changes that a subscriber has missed who resumes. */
const MISSED = 20;

const RESUMPTIONS = 10;

/** Entries between two words on how far the filling has come. */
const PROGRESS = 1_000_000;

/** Entries of one organization's log. */
export const logGrows: MeasureGrowth = async (dependencies, form) => {
  const sizes = form.isQuick ? [1_000, 10_000, 100_000] : [1_000, 100_000, longest()];
  const lines = await onPlaces(
    dependencies,
    sizes,
    (url, size) => fillLog(url, size, dependencies.say),
    async (places) => [
      // Writes last: they make the short log longer.
      ...(await askInTurn(places, [accessQuery, activityPage], form)),
      await resumptions(places, form),
      ...(await askInTurn(places, [addAndRemove], form)),
    ],
  );
  return {
    axis: 'entries of one log',
    sizes,
    lines,
    note: `Who resumes has missed ${MISSED} changes; the time runs from the opening of the socket to the last of them.`,
  };
};

/** Ten million take a while and some gigabytes; BENCH_LOG_LENGTH asks for fewer. */
function longest(): number {
  return Number(process.env.BENCH_LOG_LENGTH ?? 10_000_000);
}

async function fillLog(url: string, size: number, say: (progress: string) => void): Promise<void> {
  const rows = openRows(url);
  try {
    const sql = 'SELECT sequence, version, head_hash AS hash FROM organizations WHERE id = ?';
    const logEnd: LogEnd = { ...(await rows.read<LogEnd>(sql, [GROWN]))[0]! };
    const timeOf = (place: number) => endOfDayOf(place, size);
    await insertInBulk(url, 'log_entries', LOG_COLUMNS, telling(logRows(size, timeOf, logEnd), say));
    await rows.run(
      'UPDATE organizations SET sequence = ?, version = ?, head_hash = ?, last_occurred_at = ? WHERE id = ?',
      [logEnd.sequence, logEnd.version, logEnd.hash, timeOf(size), GROWN],
    );
  } finally {
    await rows.close();
  }
}

function* telling<T>(values: Iterable<T>, say: (progress: string) => void): Generator<T> {
  let count = 0;
  for (const value of values) {
    if (++count % PROGRESS === 0) say(`log entries: ${count.toLocaleString('en')}`);
    yield value;
  }
}

async function resumptions(places: readonly Place[], { rounds }: GrowthForm): Promise<Line> {
  const token = await tokenOf(GROWN_OWNER);
  const seen = places.map((): number[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [index, { server }] of places.entries()) {
      const owner = await sender(server.port, GROWN_OWNER);
      const { organization } = (await owner(
        'query ($id: ID!) { organization(id: $id) { billingAdmins { version } } }',
        { id: GROWN },
      )) as { organization: { billingAdmins: { version: number } } };
      const variables = { organizationId: GROWN, afterVersion: organization.billingAdmins.version - MISSED };
      const times: number[] = [];
      for (let time = 0; time < RESUMPTIONS; time++) {
        const began = performance.now();
        const options = { query: ROSTER_SUBSCRIPTION, tokenOf: () => token, variablesOf: () => variables };
        const subscribers = await Subscribers.of({ port: server.port, count: 1, ...options }, MISSED);
        times.push(performance.now() - began);
        subscribers.drop();
      }
      if (round > 0) seen[index]!.push(quantile(times, 0.1));
    }
  return { name: `resume after ${MISSED} missed changes`, unit: 'ms', values: seen.map((each) => median(each)) };
}
