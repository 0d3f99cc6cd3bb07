import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, type ServerProcess } from '../processes/server-process';
import { runFullDisk } from '../faults/full-disk';
import { runSeveralInstances } from '../faults/several-instances';
import { withRandom } from '../basics/random';

/** How long faults are made, in seconds, and how many changes the writers try during that: a long run leaves most of a processor to others. */
const SECONDS = Number(process.env.FAULTS_SECONDS ?? 40);
const CHANGES_PER_SECOND = Number(process.env.FAULTS_CHANGES_PER_SECOND ?? 40);

/** Of a run's time, what is spent on the disk besides. */
const DISK_SHARE = 0.05;

/** Beyond so many seconds single faults are no longer told of. */
const SHORT = 120;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Faults on real servers, of a seed's choice, and the laws that hold whatever happens. */
async function main(): Promise<void> {
  const seed = (process.env.TEST_SEED = process.env.FAULTS_SEED ?? String(Math.floor(Math.random() * 2 ** 31)));
  print(`FAULTS_SEED=${seed} FAULTS_SECONDS=${SECONDS} FAULTS_CHANGES_PER_SECOND=${CHANGES_PER_SECOND}`);
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const started: ServerProcess[] = [];
  const endings: (() => void)[] = [];
  const end = async () => {
    await endAll(started);
    for (const ending of endings) ending();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void end().then(() => process.exit(130)));
  try {
    await withRandom(async (random) => {
      const settings = {
        folder,
        random,
        started,
        atTheEnd: (ending: () => void) => void endings.push(ending),
        changesPerSecond: CHANGES_PER_SECOND,
        print,
        tellsFaults: SECONDS <= SHORT,
      };
      const onDisk = await runFullDisk({ ...settings, seconds: SECONDS * DISK_SHARE });
      print(`\nOne instance on SQLite, and a full disk:\n\n${onDisk.table()}\n`);
      const onServers = await runSeveralInstances({ ...settings, seconds: SECONDS });
      print(`\nThree instances on MariaDB and Redis:\n\n${onServers.table()}\n`);
      const broken = [...onDisk.broken, ...onServers.broken];
      if (broken.length > 0) throw new Error(`Broken:\n${broken.join('\n')}`);
    });
    print('Every law held.');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    await end();
    // A run that broke off leaves callers behind who would go on.
    process.exit();
  }
}

void main();
