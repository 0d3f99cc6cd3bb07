import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { passes } from '../basics/passing-time';
import type { FromAttackers, ToAttackers } from './attackers-process';
import { InputLog } from './input-log';
import { Prober } from './prober';
import { processorShare } from './processor-share';
import {
  comesBackTo,
  type HeldMemory,
  type ServiceUnderAttack,
  startServiceUnderAttack,
  type Variant,
} from './service-under-attack';
import { MOST_LEFT, MOST_RESIDENT } from './verdicts';

export interface BoundsSettings {
  readonly engine: 'sqlite' | 'mysql';
  readonly variant: Variant;
  readonly seed: number;
  readonly seconds: number;
  /** Part of the names of the inputs that are sent; nothing: all of them. */
  readonly only: string;
  readonly print: (line: string) => void;
  /** Called at the end, however that comes. */
  readonly atTheEnd: (ending: () => Promise<void>) => void;
}

/** How long memory may take to come back, in milliseconds: callers are remembered for a minute. */
const COMING_BACK = 90_000;

/** How long the service is asked in peace, so that what is looked at later has been compiled and opened. */
const WARMING_UP = 3_000;

const PROGRESS_EVERY = 30_000;

/** A shorter run sends a few of the values of each argument, so that it is over in about a minute. */
const WHOLE_FROM = 300;

const ATTACKERS = resolve(__dirname, 'attackers-process.ts');
const COMPILE = resolve(__dirname, '../jest/compile-on-require.cjs');

export interface BoundsFindings {
  readonly broken: readonly string[];
  readonly report: string;
  readonly log: string;
}

/** Sends every hostile input to the built service while others ask it, and says what was not as it must be. */
export async function runBounds(settings: BoundsSettings): Promise<BoundsFindings> {
  const { engine, variant, atTheEnd } = settings;
  return attack(await startServiceUnderAttack(engine, variant, atTheEnd), settings);
}

async function attack(
  service: ServiceUnderAttack,
  { variant, seed, seconds: atLeast, only, print, atTheEnd }: BoundsSettings,
): Promise<BoundsFindings> {
  const { process: server, port, memberToken } = service;
  const ran = () => processorShare(server.processId).ran;
  const log = new InputLog(print, ran);
  const prober = new Prober(port, server.processId, memberToken, {
    onStall: (stall, began) => log.stalled(stall, began),
    onResident: (megabytes) => log.resident(megabytes),
    onBroken: (law, began) => log.breaks(law, began),
  });
  await passes(WARMING_UP);
  const held = () => prober.whileCollecting(() => service.held());
  const rest = await held();
  log.restsAt(rest.resident);
  print(`At rest the service holds ${describe(rest)}.`);

  const attackers = fork(ATTACKERS, { execArgv: ['-r', COMPILE] });
  atTheEnd(async () => void attackers.kill('SIGKILL'));
  const say = (message: ToAttackers) => void attackers.send(message, () => undefined);
  let inputs = 0;
  const isDone = new Promise<void>((done, failed) => {
    attackers.on('message', (message: FromAttackers) => {
      switch (message.kind) {
        case 'step':
          return log.begins(message.input, message.step);
        case 'over':
          return log.ends(message.input, message.answers);
        case 'broken':
          return log.breaksBy(message.input, message.law);
        case 'held?':
          return void held().then(
            ({ live }) => say({ kind: 'held', aboveRest: live - rest.live }),
            () => undefined,
          );
        case 'done':
          inputs = message.inputs;
          return done();
      }
    });
    attackers.on('exit', (code) => failed(new Error(`The attackers ended with ${code}.`)));
  });
  const began = performance.now();
  const ranBefore = ran();
  let ranInAll = ranBefore;
  const whole = only !== '' || atLeast >= WHOLE_FROM;
  say({ kind: 'begin', port, seed, seconds: atLeast, only, whole, variant });
  const progress = setInterval(
    () => print(`${Math.round((performance.now() - began) / 1_000)} s: ${log.progress()}`),
    PROGRESS_EVERY,
  );
  let left: HeldMemory | undefined;
  try {
    await Promise.race([isDone, log.isHopeless, server.hasEnded]);
    if (server.endedByItself.length === 0) left = await lookAtMemory().catch(ifStillThere);
  } finally {
    clearInterval(progress);
    attackers.kill('SIGKILL');
    await prober.stop();
  }
  for (const output of server.endedByItself) log.breaks(`the service ended by itself: ${output}`, began);
  const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1_000)} s`;
  const report = [
    `${inputs} inputs, sent ${log.sent} times in ${seconds(performance.now() - began)}, for ${seconds(ranInAll - ranBefore)} of the service's processor time; ${prober.asked} questions for /healthz, which waited ${Math.round(log.longestStall)} ms at most, and ${prober.answered} right answers to an ordinary member.`,
    `Held at rest ${describe(rest)}, in the end ${left ? describe(left) : 'unknown'}, at most ${Math.round(log.mostResident)} MB resident.`,
    '',
    log.table(),
  ].join('\n');
  return { broken: log.broken, report, log: log.lines() };

  function ifStillThere(error: unknown): undefined {
    if (server.endedByItself.length === 0) throw error;
  }

  async function lookAtMemory(): Promise<HeldMemory> {
    ranInAll = ran();
    const now = await comesBackTo(held, ({ live }) => live - rest.live <= MOST_LEFT, COMING_BACK);
    if (now.live - rest.live > MOST_LEFT)
      log.breaks(`memory did not come back: ${describe(rest)} at rest, ${describe(now)} in the end`, began);
    if (log.mostResident - rest.resident > MOST_RESIDENT)
      log.breaks(`the process held ${Math.round(log.mostResident)} MB at its most`, began);
    return now;
  }
}

function describe({ live, resident }: HeldMemory): string {
  return `${live.toFixed(1)} MB (resident ${Math.round(resident)} MB)`;
}
