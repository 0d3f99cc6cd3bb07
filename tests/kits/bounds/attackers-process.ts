import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSchema } from 'graphql';
import { type Random, randomFrom } from '../basics/random';
import { argumentInputs } from './argument-inputs';
import { Attack, signIn } from './attack';
import { documentInputs } from './document-inputs';
import type { HostileInput } from './hostile-input';
import { httpInputs } from './http-inputs';
import { issuerInputs } from './issuer-inputs';
import type { Variant } from './service-under-attack';
import { socketInputs } from './socket-inputs';

/** What the attackers are told. */
export type ToAttackers =
  | {
      readonly kind: 'begin';
      readonly port: number;
      readonly seed: number;
      readonly seconds: number;
      readonly only: string;
      /** Whether each input is sent whole, with every value. */
      readonly whole: boolean;
      readonly variant: Variant;
    }
  | { readonly kind: 'held'; readonly aboveRest: number };

/** What they tell. */
export type FromAttackers =
  | { readonly kind: 'step'; readonly input: string; readonly step: string }
  | { readonly kind: 'over'; readonly input: string; readonly answers: Readonly<Record<string, number>> }
  | { readonly kind: 'broken'; readonly input: string; readonly law: string }
  | { readonly kind: 'held?' }
  | { readonly kind: 'done'; readonly inputs: number };

/** Inputs that go on beside each other once each has had its turn by itself. */
const LANES = 3;

/** Those that wait most of the time, at the same time. */
const WAITING_LANES = 6;

const SCHEMA = resolve(__dirname, '../../../schema.graphql');

// Where the run is broken off, nobody is there to be told.
const tell = (message: FromAttackers) => void process.send?.(message, () => undefined);

process.on('disconnect', () => process.exit());

let heard: ((aboveRest: number) => void)[] = [];

process.on('message', (message: ToAttackers) => {
  if (message.kind === 'begin') void attackAll(message);
  else {
    for (const take of heard) take(message.aboveRest);
    heard = [];
  }
});

function askHeld(): Promise<number> {
  return new Promise((resolve) => {
    if (heard.push(resolve) === 1) tell({ kind: 'held?' });
  });
}

/** Inputs go on beside each other. Only one that looks at what the service holds waits for all before it, and those after it wait. */
class SendQueue {
  private readonly taken = new Set<Promise<void>>();
  private lastThatHolds = Promise.resolve();

  take({ holds }: HostileInput, send: () => Promise<void>): Promise<void> {
    const turn = (holds ? Promise.all(this.taken) : this.lastThatHolds).then(send);
    if (holds) this.lastThatHolds = turn;
    this.taken.add(turn);
    void turn.finally(() => this.taken.delete(turn));
    return turn;
  }
}

/** Each input once by itself, and then at random, several at a time, for as long as there is time. */
async function attackAll({
  port,
  seed,
  seconds,
  only,
  whole,
  variant,
}: Extract<ToAttackers, { kind: 'begin' }>): Promise<void> {
  const random = randomFrom(seed);
  const end = performance.now() + seconds * 1_000;
  const tokens = await signIn();
  const all = variant === 'issuer' ? issuerInputs() : usualInputs(whole ? null : random);
  const inputs = all.filter(({ name, isLong }) => name.includes(only) && (whole || !isLong));
  const queue = new SendQueue();
  const sendOne = (input: HostileInput) => queue.take(input, () => attackWith(input, port, random, tokens));
  const inLanes = (all: readonly HostileInput[], lanes: number) => {
    const left = [...all];
    const lane = async () => {
      for (let next = left.shift(); next; next = left.shift()) await sendOne(next);
    };
    return Promise.all(Array.from({ length: lanes }, lane));
  };
  const others = inputs.filter(({ holds }) => !holds);
  await Promise.all([
    inLanes(
      others.filter(({ waits }) => waits),
      WAITING_LANES,
    ),
    inLanes(
      others.filter(({ waits }) => !waits),
      1,
    ),
  ]);
  await inLanes(
    inputs.filter(({ holds }) => holds),
    1,
  );
  const atRandom = async () => {
    while (inputs.length > 0 && performance.now() < end) await sendOne(inputs[Math.floor(random() * inputs.length)]!);
  };
  await Promise.all(Array.from({ length: LANES }, atRandom));
  tell({ kind: 'done', inputs: inputs.length });
}

function usualInputs(fewBy: Random | null): HostileInput[] {
  const schema = buildSchema(readFileSync(SCHEMA, 'utf8'));
  return [...documentInputs(), ...argumentInputs(schema, fewBy), ...httpInputs(), ...socketInputs()];
}

async function attackWith(
  input: HostileInput,
  port: number,
  random: Random,
  tokens: Awaited<ReturnType<typeof signIn>>,
): Promise<void> {
  const { name } = input;
  const answers: Record<string, number> = {};
  tell({ kind: 'step', input: name, step: '' });
  const before = input.holds ? await askHeld() : 0;
  const attack = new Attack(port, random, tokens, {
    onStep: (step) => tell({ kind: 'step', input: name, step }),
    onBroken: (law) => tell({ kind: 'broken', input: name, law }),
    onAnswer: (what) => (answers[what] = (answers[what] ?? 0) + 1),
    heldBecauseOfIt: async () => (await askHeld()) - before,
  });
  try {
    await input.send(attack);
  } catch (error) {
    tell({ kind: 'broken', input: name, law: `could not be sent: ${(error as Error).stack}` });
  } finally {
    attack.close();
    tell({ kind: 'over', input: name, answers });
  }
}
