import type { SharedOutput } from '../../src/actions/subscriptions/deliver';
import type { SubscriberGroup } from '../../src/actions/subscriptions/subscriber-group';
import { Forbidden, Unavailable } from '../../src/domain/refusals';
import { PipelineRun } from '../kits/pipeline/pipeline-run';
import type { TestSubscriber, Watching } from '../kits/pipeline/test-subscriber';

const watching = (viewerId: string, rest: Partial<Watching> = {}): Watching => ({
  ...{ viewerId, stream: 'ROSTER', after: null, shares: 'a', ...rest },
});

/** Gus joins and leaves, so many times in all. */
function changes({ world }: PipelineRun, many: number): void {
  for (let change = 0; change < many; change++) world.changes('gus', world.roleOf('gus') ? null : 'TEAMMATE');
}

async function happens({ scheduler }: PipelineRun): Promise<void> {
  await scheduler.settle();
  await scheduler.idle();
}

/** For what the model of the subscribers does not know: that a state may replace what was missed. */
function close({ instances }: PipelineRun): void {
  for (const instance of instances) instance.close();
}

const positions = ({ told }: TestSubscriber) => told.map(({ position }) => position);
const kinds = ({ told }: TestSubscriber) => told.map(({ entry }) => entry?.kind ?? null);
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const alone = [
  ['alone', null],
  ['in shared answers', 'a'],
] as const;

describe('L2 who resumes', () => {
  test.each(alone)('L2 is told each change after their position, once and in order, %s', async (_, shares) => {
    const run = new PipelineRun();
    changes(run, 3);
    const { version } = run.world;
    const mia = run.subscribe(watching('mia', { shares, after: version - 2 }));
    const ada = run.subscribe(watching('ada', { shares, after: version }));
    await happens(run);
    expect([positions(mia), positions(ada)]).toEqual([[version - 1, version], []]);
    changes(run, 1);
    await happens(run);
    expect([positions(mia), positions(ada)]).toEqual([[version - 1, version, version + 1], [version + 1]]);
    await run.end();
  });

  test.each(['ROSTER', 'BILLING'] as const)('L2 from the future has sent a bad request: %s', async (stream) => {
    const run = new PipelineRun();
    const present = stream === 'ROSTER' ? run.world.version : run.world.sequence;
    const [mia, ada, gus] = [
      run.subscribe(watching('mia', { stream, after: present + 1 })),
      run.subscribe(watching('ada', { stream, after: present })),
      // A stranger is not told which positions there are (A4).
      run.subscribe(watching('gus', { stream, after: present + 1 })),
    ];
    await happens(run);
    expect([mia.ended, ada.ended, gus.ended]).toEqual(['FAILED', null, 'REFUSED']);
    expect([mia, ada, gus].flatMap(({ told }) => told)).toEqual([]);
    await run.end();
  });

  test('R13 A4 of an organization that is not there is refused, whatever they ask for', async () => {
    const run = new PipelineRun();
    run.world.removes();
    const all = [null, 0, 1_000].map((after) => run.subscribe(watching('mia', { after })));
    await happens(run);
    expect(all.map(({ ended }) => ended)).toEqual(['REFUSED', 'REFUSED', 'REFUSED']);
    await run.end();
  });

  test('L2 is told a thousand missed changes, and of more the current state alone', async () => {
    const run = new PipelineRun();
    const begin = run.world.version;
    changes(run, 1_001);
    const [mia, ada] = [begin + 1, begin].map((after) => run.subscribe(watching('mia', { after })));
    await happens(run);
    expect(positions(mia!)).toEqual(upTo(begin + 2, begin + 1_001));
    expect([positions(ada!), kinds(ada!)]).toEqual([[begin + 1_001], [null]]);
    close(run);
  });

  test('A10 is told nothing from before they joined, but the state: a replay begins with their own joining', async () => {
    const run = new PipelineRun();
    changes(run, 1);
    const joined = run.world.version;
    changes(run, 2);
    run.world.changes('oscar', 'TEAMMATE');
    const present = run.world.version;
    const rejoined = present - 1;
    const [late, early, now] = [rejoined - 1, rejoined - 2, joined].map((after) =>
      run.subscribe(watching('gus', { after })),
    );
    await happens(run);
    expect([positions(late!), positions(early!), positions(now!)]).toEqual([[rejoined, present], [present], [present]]);
    expect([kinds(late!)[0], kinds(early!), kinds(now!)]).toEqual(['TEAMMATE_JOINED', [null], [null]]);
    await run.end();
  });

  test('A10 L9 so it is for billing, where entries of the roster take positions too', async () => {
    const run = new PipelineRun();
    run.world.logs('ORGANIZATION_UPDATED');
    changes(run, 1);
    const joined = run.world.sequence;
    run.world.logs('ORGANIZATION_UPDATED');
    const [late, early] = [joined - 1, joined - 2].map((after) =>
      run.subscribe(watching('gus', { stream: 'BILLING', after })),
    );
    await happens(run);
    expect([kinds(late!), kinds(early!)]).toEqual([['ORGANIZATION_UPDATED'], [null]]);
    await run.end();
  });

  test('A10 L9 and where nothing of billing came before they joined', async () => {
    const run = new PipelineRun();
    run.world.changes('oscar', 'TEAMMATE');
    changes(run, 1);
    const joined = run.world.sequence;
    run.world.logs('ORGANIZATION_UPDATED');
    const [late, early] = [joined - 1, joined - 2].map((after) =>
      run.subscribe(watching('gus', { stream: 'BILLING', after })),
    );
    await happens(run);
    expect([kinds(late!), kinds(early!)]).toEqual([['ORGANIZATION_UPDATED'], [null]]);
    await run.end();
  });

  test('L9 is told no balance that they know', async () => {
    const run = new PipelineRun();
    run.world.uses();
    run.world.logs('ORGANIZATION_UPDATED');
    const after = run.world.sequence;
    const mia = run.subscribe(watching('mia', { stream: 'BILLING', after }));
    await happens(run);
    expect([mia.told, run.scheduler.timersSet]).toEqual([[], 0]);
    run.world.uses();
    await happens(run);
    expect(kinds(mia)).toEqual([null]);
    await run.end();
  });

  test('L2 E4 is told at once what a group has told that they come to, where nobody has heard of it', async () => {
    const run = new PipelineRun();
    const { scheduler, world } = run;
    // They are on the instance that hears no notification.
    const oscar = run.subscribe(watching('oscar'), 1);
    await scheduler.idle();
    const begin = world.version;
    const mia = run.subscribe(watching('mia'), 1);
    await scheduler.settle();
    await scheduler.until('answer');
    const ofMia = scheduler.pending.find(({ label }) => label === 'answer');
    world.changes('gus', 'TEAMMATE');
    // She resumes at the newest position, and the group hears of it from her.
    const ada = run.subscribe(watching('ada', { after: world.version }), 1);
    await scheduler.settle();
    while (oscar.told.length < 2) {
      const other = scheduler.pending.findIndex((pending) => pending !== ofMia);
      expect(other).toBeGreaterThanOrEqual(0);
      await scheduler.release(other);
    }
    await scheduler.idle();
    expect([positions(ada), positions(oscar), positions(mia)]).toEqual([[], [begin, begin + 1], [begin, begin + 1]]);
    await run.end();
  });
});

test('A10 one of whom the log does not say where they joined gets the state, unless they have seen everything', async () => {
  const run = new PipelineRun();
  run.world.joinedUnknown.add('mia');
  const present = run.world.version;
  const [behind, current] = [present - 1, present].map((after) => run.subscribe(watching('mia', { after })));
  await happens(run);
  expect([positions(behind!), kinds(behind!), positions(current!)]).toEqual([[present], [null], []]);
  changes(run, 1);
  await happens(run);
  expect([positions(behind!), positions(current!)]).toEqual([[present, present + 1], [present + 1]]);
  close(run);
});

test('L2 what cannot be told to those who catch up together, each tells itself', async () => {
  const run = new PipelineRun();
  const all = ['mia', 'ada', 'olivia'].map((who) => run.subscribe(watching(who)));
  await run.scheduler.settle();
  while (await run.scheduler.until('organization')) {
    const read = run.scheduler.pending.findIndex(({ label }) => label === 'organization');
    await run.scheduler.release(read, new Error('It is broken.'));
  }
  await happens(run);
  expect(all.map(({ told }) => told.map(({ how }) => how))).toEqual([['ALONE'], ['ALONE'], ['ALONE']]);
  await run.end();
});

test('L8 one who is told alone disturbs no group: the others are told in shared answers', async () => {
  const run = new PipelineRun();
  const mia = run.subscribe(watching('mia'));
  const ada = run.subscribe(watching('ada', { shares: null }));
  await happens(run);
  changes(run, 2);
  await happens(run);
  expect([mia, ada].map(({ told }) => told.map(({ how }) => how))).toEqual([
    ['SHARED', 'SHARED', 'SHARED'],
    ['ALONE', 'ALONE', 'ALONE'],
  ]);
  await run.end();
});

describe('L7 who takes nothing', () => {
  /** One whose connection takes nothing after the first event, and what they were told by then. */
  async function slow(limit: number, rest: Partial<Watching> = {}): Promise<[PipelineRun, TestSubscriber]> {
    const run = new PipelineRun(limit);
    const mia = run.subscribe(watching('mia', { shares: null, ...rest }));
    await happens(run);
    mia.setTakes(false);
    return [run, mia];
  }

  test('L7 is cut off when more changes have come than the limit, since the step that they have not taken', async () => {
    const [run, mia] = await slow(5);
    changes(run, 1);
    // The first change is on its way to them; it is no backlog.
    await happens(run);
    changes(run, 5);
    await happens(run);
    expect(mia.wasCutOff).toBe(false);
    changes(run, 1);
    await happens(run);
    expect(mia.wasCutOff).toBe(true);
    close(run);
  });

  test('L7 is not cut off for what they have taken in time', async () => {
    const [run, mia] = await slow(5);
    for (let times = 0; times < 3; times++) {
      changes(run, 5);
      await happens(run);
      mia.setTakes(true);
      await happens(run);
      mia.setTakes(false);
    }
    expect(mia.wasCutOff).toBe(false);
    expect(mia.told).toHaveLength(16);
    mia.setTakes(true);
    await run.end();
  });

  test('L2 a replay is no backlog, and one state replaces what is left of it if as much comes live', async () => {
    const run = new PipelineRun(5);
    const begin = run.world.version;
    changes(run, 20);
    const mia = run.subscribe(watching('mia', { shares: null, after: begin }));
    await run.scheduler.settle();
    await run.scheduler.until('own answer');
    changes(run, 5);
    await run.scheduler.releaseFirst('own answer');
    await run.scheduler.until('own answer');
    expect([positions(mia), mia.wasCutOff]).toEqual([[begin + 1], false]);
    changes(run, 1);
    await happens(run);
    // The second was on its way.
    expect(positions(mia)).toEqual([begin + 1, begin + 2, begin + 26]);
    expect([kinds(mia).at(-1), mia.wasCutOff]).toEqual([null, false]);
    close(run);
  });

  test('L2 whose replay is not taken is not cut off, however much comes live: they get the state when they go on', async () => {
    const run = new PipelineRun(5);
    const begin = run.world.version;
    changes(run, 20);
    const mia = run.subscribe(watching('mia', { shares: null, after: begin }));
    await run.scheduler.settle();
    await run.scheduler.until('own answer');
    changes(run, 7);
    await run.scheduler.settle();
    expect(mia.wasCutOff).toBe(false);
    await happens(run);
    expect([positions(mia), kinds(mia).at(-1)]).toEqual([[begin + 1, begin + 27], null]);
    close(run);
  });

  test('L2 a replay with no more than the limit live is told to its end', async () => {
    const run = new PipelineRun(5);
    const begin = run.world.version;
    changes(run, 20);
    const mia = run.subscribe(watching('mia', { shares: null, after: begin }));
    await run.scheduler.settle();
    await run.scheduler.until('own answer');
    changes(run, 5);
    await happens(run);
    expect(positions(mia)).toEqual(upTo(begin + 1, begin + 25));
    // The next replay counts from its own beginning.
    changes(run, 6);
    await happens(run);
    expect(positions(mia)).toEqual(upTo(begin + 1, begin + 31));
    await run.end();
  });
});

describe('E4 a database that is away while somebody catches up', () => {
  test.each([
    ['access', null],
    ['roster', null],
    ['access', 3],
    ['log', 3],
  ])('E4 ends nobody: %s is asked again after a second, after %s', async (label, after) => {
    const run = new PipelineRun();
    const mia = run.subscribe(watching('mia', { after: after === null ? null : run.world.version, shares: null }));
    if (after !== null) {
      await happens(run);
      changes(run, 1);
      await run.scheduler.settle();
    }
    expect(await run.scheduler.until(label)).toBe(true);
    for (let times = 0; times < 2; times++) {
      await run.scheduler.release(
        run.scheduler.pending.findIndex((pending) => pending.label === label),
        new Unavailable('The database is away.'),
      );
      expect([run.scheduler.pending, run.scheduler.timersSet]).toEqual([[], 1]);
      expect(run.scheduler.nextTimer - run.scheduler.now).toBe(1_000);
      await run.scheduler.fire();
      expect(run.scheduler.pending.map((pending) => pending.label)).toEqual([label]);
    }
    await happens(run);
    expect([mia.ended, mia.told.length]).toEqual([null, 1]);
    await run.end();
  });

  test.each(['position', 'access', 'roster'])('L4 any other failure of %s ends the subscription', async (label) => {
    const run = new PipelineRun();
    const mia = run.subscribe(watching('mia'));
    await run.scheduler.settle();
    expect(await run.scheduler.until(label)).toBe(true);
    await run.scheduler.release(0, new Error('It is broken.'));
    await happens(run);
    expect([mia.ended, mia.told, run.scheduler.timersSet]).toEqual(['FAILED', [], 0]);
    await run.end();
  });

  test('X4 who has stopped in the meantime is not asked for again', async () => {
    const run = new PipelineRun();
    const mia = run.subscribe(watching('mia'));
    await run.scheduler.settle();
    await run.scheduler.until('access');
    void mia.stop();
    await run.scheduler.release(0, new Unavailable('The database is away.'));
    expect([run.scheduler.pending, run.scheduler.timersSet]).toEqual([[], 0]);
    await run.end();
  });
});

describe('X4 who stops', () => {
  test('X4 in the middle of what they have missed has nothing more read for them', async () => {
    const run = new PipelineRun();
    const after = run.world.version;
    changes(run, 5);
    const mia = run.subscribe(watching('mia', { shares: null, after }));
    await run.scheduler.settle();
    expect(await run.scheduler.until('log')).toBe(true);
    expect(await run.scheduler.until('access')).toBe(true);
    void mia.stop();
    await run.scheduler.release(0);
    expect(run.scheduler.pending).toEqual([]);
    expect(mia.told).toEqual([]);
    await run.end();
  });

  test.each(['position', 'access', 'roster', 'organization', 'answer'])(
    'X4 at the %s of their beginning is watched for no longer',
    async (label) => {
      const run = new PipelineRun();
      const { watcher } = run.instances[0]!;
      const mia = run.subscribe(watching('mia'));
      await run.scheduler.settle();
      expect(await run.scheduler.until(label)).toBe(true);
      jest.spyOn(performance, 'now').mockReturnValue(Infinity);
      expect(watcher.pollAge()).toBe(Infinity);
      void mia.stop();
      await run.scheduler.settle();
      expect(watcher.pollAge()).toBe(0);
      jest.restoreAllMocks();
      await happens(run);
      expect(mia.told).toEqual([]);
      await run.end();
    },
  );

  test('X4 while they wait for a change by themselves is watched for no longer, and reads nothing', async () => {
    const run = new PipelineRun();
    const mia = run.subscribe(watching('mia', { shares: null }));
    await happens(run);
    await mia.stop();
    jest.spyOn(performance, 'now').mockReturnValue(Infinity);
    expect(run.instances[0]!.watcher.pollAge()).toBe(0);
    jest.restoreAllMocks();
    changes(run, 1);
    await run.scheduler.settle();
    expect(run.scheduler.pending).toEqual([]);
    await run.end();
  });
});

describe('what a subscriber is to a program', () => {
  const request = (viewerId: string, after: number | null = null) => ({
    ...{ organizationId: 'acme', viewerId, after, output: null, connection: { cutOff: () => undefined } },
  });

  test('L1 L2 an async iterator: the state first, then each change, until it is stopped', async () => {
    const run = new PipelineRun();
    const subscriber = run.instances[0]!.subscribe('ROSTER', request('mia'));
    const begin = run.world.version;
    const versions: number[] = [];
    const reading = (async () => {
      for await (const event of subscriber) versions.push((event as { version: number }).version);
    })();
    await happens(run);
    changes(run, 2);
    await happens(run);
    expect(versions).toEqual([begin, begin + 1, begin + 2]);
    expect(await subscriber.return()).toEqual({ done: true, value: undefined });
    await reading;
    expect(await subscriber.next()).toEqual({ done: true, value: undefined });
    close(run);
  });

  test('L2 it says which request was bad', async () => {
    const run = new PipelineRun();
    const subscriber = run.instances[0]!.subscribe('ROSTER', request('mia', run.world.version + 1));
    const refused = expect(subscriber.next()).rejects.toThrow('This position has not been reached yet.');
    await happens(run);
    await refused;
    close(run);
  });

  test('L4 it throws once where the viewer may not see any more, and has ended', async () => {
    const run = new PipelineRun();
    const subscriber = run.instances[0]!.subscribe('ROSTER', request('gus'));
    const refused = expect(subscriber.next()).rejects.toThrow(Forbidden);
    await happens(run);
    await refused;
    expect(await subscriber.next()).toEqual({ done: true, value: undefined });
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    expect(run.scheduler.pending).toEqual([]);
    expect(await subscriber.return()).toEqual({ done: true, value: undefined });
    close(run);
  });

  test.each(['access', 'roster'])(
    'X4 it is told nothing that was being read when it was stopped: %s',
    async (label) => {
      const run = new PipelineRun();
      const subscriber = run.instances[0]!.subscribe('ROSTER', request('mia'));
      const next = subscriber.next();
      await run.scheduler.settle();
      expect(await run.scheduler.until(label)).toBe(true);
      const stopped = subscriber.return();
      await happens(run);
      expect(await Promise.all([next, stopped])).toEqual([
        { done: true, value: undefined },
        { done: true, value: undefined },
      ]);
      close(run);
    },
  );

  test('L2 one that its group detaches before it is asked reads nothing until it is', async () => {
    const run = new PipelineRun();
    const subscriber = run.instances[0]!.subscribe('ROSTER', request('mia'));
    subscriber.position = run.world.version;
    expect(subscriber.join({ kind: 'LIVE', join: () => true } as unknown as SubscriberGroup)).toBe(true);
    changes(run, 1);
    subscriber.detach(run.world.position);
    await run.scheduler.settle();
    expect(run.scheduler.pending).toEqual([]);
    const next = subscriber.next();
    await happens(run);
    expect(await next).toMatchObject({ done: false, value: { version: run.world.version } });
    await subscriber.return();
    close(run);
  });
});

/** Lets everything happen; what was waited for, in order. */
async function happenings({ scheduler }: PipelineRun): Promise<string[]> {
  const labels: string[] = [];
  await scheduler.settle();
  while (scheduler.pending.length > 0) {
    labels.push(scheduler.pending[0]!.label);
    await scheduler.release(0);
  }
  return labels;
}

test('L3 R14 of two who read the same version of a roster, each is told what they read', async () => {
  const run = new PipelineRun();
  const { scheduler, world } = run;
  for (const who of ['mia', 'ada']) run.subscribe(watching(who));
  await scheduler.settle();
  for (const label of ['position', 'access']) while (await scheduler.releaseFirst(label));
  const [first, second] = scheduler.pending.splice(0).filter(({ label }) => label === 'roster');
  first!.run();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  world.renames();
  second!.run();
  const labels = await happenings(run);
  expect(labels.filter((label) => label === 'organization')).toHaveLength(1);
  expect(labels.filter((label) => label === 'answer')).toHaveLength(2);
  close(run);
});

test('X2 of two organizations whose billing is told at the same time, at the same position, each is told of itself', async () => {
  const run = new PipelineRun();
  const { scheduler, instances } = run;
  const told: string[] = [];
  for (const organizationId of ['acme', 'globex']) {
    const output: SharedOutput = {
      shares: 'a',
      isReady: () => true,
      answer: async (event) => event as { organizationId: string },
      tell: (answer) => told.push(`${organizationId}: ${(answer as { organizationId: string }).organizationId}`),
    };
    const connection = { cutOff: () => undefined };
    const request = { organizationId, viewerId: 'mia', after: null, output, connection };
    void instances[0]!.subscribe('BILLING', request).next();
  }
  await scheduler.settle();
  // Both are at the read of their state, which comes for both in the same turn.
  for (const label of ['position', 'position', 'access', 'access']) await scheduler.releaseFirst(label);
  const reads = scheduler.pending.splice(0);
  expect(reads).toHaveLength(2);
  for (const read of reads) read.run();
  await happens(run);
  expect(told.sort()).toEqual(['acme: acme', 'globex: globex']);
  close(run);
});

describe('L8 what a change costs one who is not in a group', () => {
  test('L8 is a read of the log and one of their access, where they share no answers', async () => {
    const run = new PipelineRun();
    run.subscribe(watching('mia', { shares: null }));
    expect(await happenings(run)).toEqual(['position', 'access', 'roster', 'own answer']);
    changes(run, 1);
    expect(await happenings(run)).toEqual(['log', 'access', 'own answer']);
    // Usage is nothing to the roster.
    run.scheduler.now += 2_000;
    run.world.uses();
    expect([await happenings(run), run.scheduler.timersSet]).toEqual([[], 0]);
    await run.end();
  });

  test('L7 L8 is no shared answer, where they have not taken what was sent before', async () => {
    const run = new PipelineRun();
    const after = run.world.version;
    changes(run, 1);
    const mia = run.subscribe(watching('mia', { after }));
    mia.isReady = false;
    expect(await happenings(run)).toEqual(['position', 'access', 'log', 'access', 'own answer']);
    expect(kinds(mia)).toEqual(['TEAMMATE_JOINED']);
    await run.end();
  });
});

test('A8 L8 one whose access was read a moment ago is told without another check', async () => {
  const run = new PipelineRun();
  run.scheduler.stepTakes = 0;
  run.subscribe(watching('mia'));
  const labels = ['position', 'access', 'roster', 'organization', 'step', 'answer'];
  expect(await happenings(run)).toEqual(labels);
  await run.end();
});

test('R13 one whose organization is removed while its state is read is refused', async () => {
  const run = new PipelineRun();
  const mia = run.subscribe(watching('mia'));
  await run.scheduler.settle();
  expect(await run.scheduler.until('roster')).toBe(true);
  run.world.removes();
  await happens(run);
  expect([mia.ended, mia.told]).toEqual(['REFUSED', []]);
  await run.end();
});

test('L2 entries that cannot be told in shared answers are told alone, one’s own joining too', async () => {
  const run = new PipelineRun();
  changes(run, 1);
  const joined = run.world.version;
  run.world.changes('oscar', 'TEAMMATE');
  const gus = run.subscribe(watching('gus', { after: joined - 1 }));
  await run.scheduler.settle();
  while (await run.scheduler.until('organization')) {
    const read = run.scheduler.pending.findIndex(({ label }) => label === 'organization');
    await run.scheduler.release(read, new Error('It is broken.'));
  }
  await happens(run);
  expect(kinds(gus)).toEqual(['TEAMMATE_JOINED', 'OWNER_REMOVED']);
  await run.end();
});

describe('L9 the balance of one who is told alone', () => {
  /** One who was told a second ago, and a clock that stands still. */
  async function mia(): Promise<[PipelineRun, TestSubscriber]> {
    const run = new PipelineRun();
    run.scheduler.stepTakes = 0;
    const subscriber = run.subscribe(watching('mia', { stream: 'BILLING', shares: null }));
    await happens(run);
    run.scheduler.now += 1_000;
    return [run, subscriber];
  }

  test('L9 is told at once where the last event is a second old', async () => {
    const [run, subscriber] = await mia();
    run.world.uses();
    await happens(run);
    expect([kinds(subscriber), run.scheduler.timersSet]).toEqual([[null, null], 0]);
    await run.end();
  });

  test('L9 holds up no entry, which carries it', async () => {
    const [run, subscriber] = await mia();
    for (let times = 0; times < 2; times++) {
      run.world.uses();
      await happens(run);
    }
    // The second waits.
    expect([kinds(subscriber), run.scheduler.timersSet]).toEqual([[null, null], 1]);
    run.world.logs('ORGANIZATION_UPDATED');
    await happens(run);
    expect(kinds(subscriber)).toEqual([null, null, 'ORGANIZATION_UPDATED']);
    expect(subscriber.told.at(-1)!.ledgerSequence).toBe(2);
    while (run.scheduler.timersSet > 0) {
      await run.scheduler.fire();
      await happens(run);
    }
    run.scheduler.now += 2_000;
    expect(kinds(subscriber)).toHaveLength(3);
    await run.end();
  });

  test('L9 is told at once where their group cannot tell it, because they have not taken what was sent before', async () => {
    const run = new PipelineRun();
    const mia = run.subscribe(watching('mia', { stream: 'BILLING' }));
    await happens(run);
    run.scheduler.now += 1_000;
    mia.isReady = false;
    run.world.uses();
    await happens(run);
    expect([mia.told.map(({ how }) => how), mia.told.at(-1)?.ledgerSequence]).toEqual([['SHARED', 'ALONE'], 1]);
    await run.end();
  });

  test('L9 is told also where the entry that would have carried it is no longer theirs to see', async () => {
    const run = new PipelineRun();
    const after = run.world.sequence;
    run.world.uses();
    run.world.logs('INVITATION_CREATED');
    run.world.uses();
    const olivia = run.subscribe(watching('olivia', { stream: 'BILLING', after }));
    await run.scheduler.settle();
    expect(await run.scheduler.until('check')).toBe(true);
    run.world.changes('olivia', 'TEAMMATE');
    await happens(run);
    expect([kinds(olivia), olivia.told.at(-1)?.ledgerSequence]).toEqual([[null], 2]);
    await run.end();
  });
});
