import 'reflect-metadata';
import { cpus, loadavg } from 'node:os';
import { pinLoad } from '../measure/processors';
import { instancesGrow } from './instances';
import { logGrows } from './log';
import { membersGrow } from './members';
import { organizationsGrow } from './organizations';
import { keepSeries, seriesAsTable } from './report';
import { rosterGrows } from './roster';
import type { GrowthForm, MeasureGrowth } from './series';
import { subscribersGrow } from './subscribers';

/** By the names under which they are asked for, in the order in which they are reported. */
const SERIES: Readonly<Record<string, MeasureGrowth>> = {
  subscribers: subscribersGrow,
  organizations: organizationsGrow,
  members: membersGrow,
  roster: rosterGrows,
  log: logGrows,
  instances: instancesGrow,
};

const FORMS: Record<'quick' | 'whole', GrowthForm> = {
  quick: { rounds: 3, milliseconds: 100, isQuick: true },
  whole: { rounds: 7, milliseconds: 250, isQuick: false },
};

/** `npm run bench:growth -- [--quick] [SERIES…]`: how the cost grows, in the series that are named, or in all. */
async function main(): Promise<void> {
  const formName = process.argv.includes('--quick') ? 'quick' : 'whole';
  const asked = process.argv.slice(2).filter((argument) => argument !== '--quick');
  const known = Object.keys(SERIES);
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No such series: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  const mysql = process.env.BENCH_MYSQL_URL ?? '';
  if (mysql === '') throw new Error('Set BENCH_MYSQL_URL to a server on which databases may be made.');
  const redis = process.env.BENCH_REDIS_URL ?? null;
  pinLoad();
  for (const name of known.filter((each) => asked.length === 0 || asked.includes(each))) {
    if (name === 'instances' && redis === null) {
      console.log('instances were not tried: set BENCH_REDIS_URL to a Redis server.\n');
      continue;
    }
    const load = loadavg()[0]!.toFixed(1);
    const began = performance.now();
    const say = (progress: string) => console.error(`${name}: ${progress}`);
    const series = await SERIES[name]!({ mysql, redis, say }, FORMS[formName]);
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    const circumstances = `${name}, ${formName} form: ${new Date().toISOString().slice(0, 16)}, Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}); load of the machine before: ${load}; took ${minutes} minutes.`;
    console.log(`${circumstances}\n\n${seriesAsTable(series)}\n\n${series.note}\n`);
    keepSeries(name, { ...series, circumstances }, known);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
