import type { SharedOutput } from '../../src/actions/subscriptions/deliver';
import type { LogPositionWatcher, PositionListener } from '../../src/actions/subscriptions/log-position-watcher';
import { type GroupDependencies, SubscriberGroup } from '../../src/actions/subscriptions/subscriber-group';
import { Unavailable } from '../../src/domain/refusals';
import { memberOf } from '../kits/pipeline/live-group';
import { PipelineRun } from '../kits/pipeline/pipeline-run';
import type { TestSubscriber, Watching } from '../kits/pipeline/test-subscriber';

const watching = (viewerId: string, rest: Partial<Watching> = {}): Watching => ({
  ...{ viewerId, stream: 'ROSTER', after: null, shares: 'a', ...rest },
});

/** Live subscribers of these people, and nothing pending. */
async function live(...all: Watching[]): Promise<[PipelineRun, ...TestSubscriber[]]> {
  const run = new PipelineRun();
  const subscribers = all.map((each) => run.subscribe(each));
  await run.scheduler.idle();
  return [run, ...subscribers];
}

/** Lets everything happen; what was waited for, in order. */
async function happenings({ scheduler }: PipelineRun): Promise<string[]> {
  const labels: string[] = [];
  while (scheduler.pending.length > 0) {
    labels.push(scheduler.pending[0]!.label);
    await scheduler.release(0);
  }
  return labels;
}

async function fails({ scheduler }: PipelineRun, label: string, error: Error): Promise<void> {
  expect(await scheduler.until(label)).toBe(true);
  await scheduler.release(
    scheduler.pending.findIndex((pending) => pending.label === label),
    error,
  );
}

const kinds = ({ told }: TestSubscriber) => told.map(({ entry }) => entry?.kind ?? null);
const hows = ({ told }: TestSubscriber) => told.map(({ how }) => how);
const away = () => new Unavailable('The database is away.');

describe('L8 what a change costs a group', () => {
  test('L8 is one read of each kind, however many it tells, and it says how many those were', async () => {
    const [run] = await live(...['olivia', 'oscar'].map((who) => watching(who)), watching('mia', { shares: 'b' }));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    expect(await happenings(run)).toEqual(['log', 'organization', 'step', 'answer', 'answer', 'check']);
    expect(run.instances[0]!.deliveries).toEqual([{ sequence: run.world.sequence, told: 3 }]);
    await run.end();
  });

  test('L9 is less where nobody sees it, and access is checked all the same', async () => {
    const [run] = await live(watching('mia', { stream: 'BILLING' }));
    run.world.logs('INVITATION_CREATED');
    await run.scheduler.settle();
    expect(await happenings(run)).toEqual(['log', 'organization', 'step', 'check']);
    expect(run.instances[0]!.deliveries).toEqual([{ sequence: run.world.sequence, told: 0 }]);
    await run.end();
  });

  test('A8 is a check of access however fast its answers are made', async () => {
    const [run] = await live(watching('mia', { stream: 'BILLING' }));
    run.scheduler.stepTakes = 0;
    run.world.logs('ORGANIZATION_UPDATED');
    await run.scheduler.settle();
    expect(await happenings(run)).toEqual(['log', 'organization', 'step', 'answer', 'check']);
    await run.end();
  });

  test('L9 an entry of the other stream costs a check of access, and tells nothing', async () => {
    const [run, mia] = await live(watching('mia', { stream: 'BILLING' }));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    expect(await happenings(run)).toEqual(['log', 'organization', 'step', 'check']);
    expect([kinds(mia!), run.instances[0]!.deliveries]).toEqual([[null], []]);
    await run.end();
  });
});

test.each([100, 101, 250])(
  'L2 of %i changes that come at once, a group tells each, once and in order',
  async (many) => {
    const [run, mia] = await live(watching('mia'), watching('ada'));
    for (let change = 0; change < many; change++) run.world.changes('gus', change % 2 === 0 ? 'TEAMMATE' : null);
    await run.scheduler.settle();
    await run.scheduler.idle();
    run.expectRight();
    const { position } = mia!.told[0]!;
    expect(mia!.told.map((each) => each.position)).toEqual(
      Array.from({ length: many + 1 }, (_, index) => position + index),
    );
    expect(new Set(hows(mia!))).toEqual(new Set(['SHARED']));
    await run.end();
  },
);

test('L2 L9 of many entries of which few are of the stream, a group comes to the last', async () => {
  const [run, mia] = await live(watching('mia', { stream: 'BILLING' }));
  for (let change = 0; change < 130; change++) run.world.changes('gus', change % 2 === 0 ? 'TEAMMATE' : null);
  run.world.logs('ORGANIZATION_UPDATED');
  await run.scheduler.settle();
  await run.scheduler.idle();
  expect(kinds(mia!)).toEqual([null, 'ORGANIZATION_UPDATED']);
  await run.end();
});

test('L7 the lag of an instance is the most that one of its groups is yet to be told', async () => {
  const [run] = await live(watching('mia'), watching('ada', { stream: 'BILLING' }));
  const lag = () => run.instances[0]!.subscriptions.lag();
  expect(lag()).toBe(0);
  run.world.changes('gus', 'TEAMMATE');
  for (let entry = 0; entry < 3; entry++) run.world.logs('ORGANIZATION_UPDATED');
  await run.scheduler.settle();
  expect(lag()).toBe(4);
  await run.scheduler.idle();
  expect(lag()).toBe(0);
  run.world.changes('gus', null);
  // Each stream counts its own: for the roster this is one change, of the five entries.
  expect(lag()).toBe(1);
  await run.end();
});

describe('a database that is away', () => {
  test('E4 ends and detaches nobody who has seen everything: the group asks again after a second', async () => {
    const [run, mia, olivia] = await live(watching('mia'), watching('olivia'));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    await fails(run, 'log', away());
    const { now } = run.scheduler;
    expect([run.scheduler.pending, run.scheduler.timersSet]).toEqual([[], 1]);
    expect(run.scheduler.nextTimer - now).toBe(1_000);
    await run.scheduler.fire();
    expect((await happenings(run))[0]).toBe('log');
    expect([hows(mia!), hows(olivia!)]).toEqual([
      ['SHARED', 'SHARED'],
      ['SHARED', 'SHARED'],
    ]);
    // Both are live still.
    run.world.changes('gus', null);
    await run.scheduler.settle();
    expect(await happenings(run)).toEqual(['log', 'organization', 'step', 'answer', 'answer', 'check']);
    await run.end();
  });

  test.each(['organization', 'check'])(
    'L2 E4 at its %s detaches who was about to be told, and they read it by themselves',
    async (label) => {
      const [run, mia] = await live(watching('mia'));
      run.world.changes('gus', 'TEAMMATE');
      await run.scheduler.settle();
      await fails(run, label, away());
      expect(run.scheduler.pending.map((pending) => pending.label)).toEqual(['log']);
      await run.scheduler.idle();
      run.expectRight();
      expect(kinds(mia!)).toEqual([null, 'TEAMMATE_JOINED']);
      await run.end();
    },
  );

  test('L2 E4 leaves in the group who has been told by itself what the group failed to tell', async () => {
    const [run] = await live(watching('mia'));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    await run.scheduler.until('check');
    // She comes to the group with the state that includes this.
    const ada = run.subscribe(watching('ada'));
    await run.scheduler.settle();
    for (const label of ['position', 'access', 'roster', 'organization', 'step', 'answer'])
      expect(await run.scheduler.releaseFirst(label)).toBe(true);
    expect(run.scheduler.pending.map(({ label }) => label)).toEqual(['check', 'check']);
    await run.scheduler.release(1);
    expect(kinds(ada)).toEqual([null]);
    await fails(run, 'check', away());
    // Mia is detached, and reads the log.
    expect(run.scheduler.pending.map(({ label }) => label)).toEqual(['log']);
    await run.scheduler.idle();
    run.world.changes('gus', null);
    await run.scheduler.settle();
    while (run.scheduler.timersSet > 0) {
      await run.scheduler.fire();
      await run.scheduler.idle();
    }
    run.expectRight();
    expect(kinds(ada)).toEqual([null, 'TEAMMATE_LEFT']);
    await run.end();
  });

  test('L2 a group that fails otherwise waits for nothing', async () => {
    const [run] = await live(watching('mia'));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    await fails(run, 'log', new Error('It is broken.'));
    expect(run.scheduler.timersSet).toBe(0);
    await run.end();
  });
});

describe('L2 who comes to a group', () => {
  /** A group that is at a position and hears what the test lets it hear. */
  function groupAt(position: number) {
    let hear: PositionListener = () => undefined;
    const run = new PipelineRun();
    const group = new SubscriberGroup(
      {
        ...({} as GroupDependencies),
        positionWatcher: {
          watch: (_id: string, listener: PositionListener) => {
            hear = listener;
            return () => undefined;
          },
        } as unknown as LogPositionWatcher,
      },
      run.instances[0]!.streams.ROSTER,
      'acme',
      position,
      () => undefined,
    );
    return { group, removed: () => hear(null) };
  }

  const memberAt = (position: number) =>
    memberOf({ viewerId: 'mia', position, role: 'TEAMMATE', roleAt: 1 }, {} as SharedOutput, () => undefined);

  test.each([
    [4, false],
    [5, true],
    [6, true],
  ])('L2 at 5 it takes in one who has been told up to %i: %s', (position, isTaken) => {
    expect(groupAt(5).group.join(memberAt(position))).toBe(isTaken);
  });

  test('L2 E4 one who comes with an older state than it has told reads on, also where nobody has heard of the newest', async () => {
    const run = new PipelineRun();
    const { scheduler, world } = run;
    // They are on the instance that hears no notification.
    const oscar = run.subscribe(watching('oscar'), 1);
    await scheduler.idle();
    const begin = world.version;
    world.changes('gus', 'TEAMMATE');
    void run.instances[1]!.watcher.poll();
    await scheduler.settle();
    await scheduler.releaseFirst('poll');
    const mia = run.subscribe(watching('mia'), 1);
    await scheduler.settle();
    for (const label of ['position', 'access', 'roster']) expect(await scheduler.releaseFirst(label)).toBe(true);
    // The group finds this in the log, and tells it, before she is told her state.
    world.changes('gus', null);
    const ofMia = scheduler.pending.find(({ label }) => label === 'organization');
    while (oscar.told.length < 3) await scheduler.release(scheduler.pending.findIndex((pending) => pending !== ofMia));
    await scheduler.idle();
    expect(mia.told.map(({ position }) => position)).toEqual([begin + 1]);
    // The next change is not told to her before the one that she has missed.
    world.changes('gus', 'TEAMMATE');
    await run.end();
    expect(mia.told.map(({ position }) => position)).toEqual([begin + 1, begin + 2, begin + 3]);
  });

  test('R13 it takes in nobody once the organization has been removed', () => {
    const { group, removed } = groupAt(5);
    removed();
    expect(group.join(memberAt(5))).toBe(false);
  });
});

describe('X4 the last who leaves', () => {
  test.each(['ROSTER', 'BILLING'] as const)(
    'X4 ends the group of %s, and nothing is watched or read for it',
    async (stream) => {
      const [run, mia, ada] = await live(watching('mia', { stream }), watching('ada', { stream }));
      const { watcher } = run.instances[0]!;
      jest.spyOn(performance, 'now').mockReturnValue(Infinity);
      await mia!.stop();
      expect(watcher.pollAge()).toBe(Infinity);
      await ada!.stop();
      expect(watcher.pollAge()).toBe(0);
      jest.restoreAllMocks();
      run.world.changes('gus', 'TEAMMATE');
      await run.scheduler.settle();
      expect(run.scheduler.pending).toEqual([]);
      expect(run.instances[0]!.subscriptions.lag()).toBe(0);
      await run.end();
    },
  );

  test('X4 ends a group that is about to read, and nothing more is read for it', async () => {
    const [run, mia] = await live(watching('mia'));
    run.world.changes('gus', 'TEAMMATE');
    await mia!.stop();
    await run.scheduler.settle();
    const read = run.scheduler.pending.map(({ label }) => label);
    await run.scheduler.idle();
    run.world.changes('gus', null);
    await run.scheduler.settle();
    expect([read.filter((label) => label !== 'log'), run.scheduler.pending]).toEqual([[], []]);
    await run.end();
  });

  test('L2 who comes after is told from where they are, by a group of their own', async () => {
    const [run, mia] = await live(watching('mia'));
    await mia!.stop();
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.idle();
    const ada = run.subscribe(watching('ada', { after: run.world.version - 1 }));
    await run.scheduler.idle();
    run.world.changes('gus', null);
    await run.scheduler.settle();
    await run.scheduler.idle();
    expect([kinds(mia!), kinds(ada)]).toEqual([[null], ['TEAMMATE_JOINED', 'TEAMMATE_LEFT']]);
    expect(run.instances[0]!.deliveries).toHaveLength(1);
    await run.end();
  });
});

describe('L9 a balance that waits for its second', () => {
  test('L9 holds up no entry, which carries it', async () => {
    const [run, mia] = await live(watching('mia', { stream: 'BILLING' }));
    run.scheduler.stepTakes = 0;
    run.world.logs('ORGANIZATION_UPDATED');
    await run.scheduler.settle();
    await run.scheduler.idle();
    run.world.uses();
    await run.scheduler.settle();
    await run.scheduler.idle();
    expect([kinds(mia!), run.scheduler.timersSet]).toEqual([[null, 'ORGANIZATION_UPDATED'], 1]);
    run.world.logs('ORGANIZATION_UPDATED');
    await run.scheduler.settle();
    await run.scheduler.idle();
    expect(kinds(mia!)).toEqual([null, 'ORGANIZATION_UPDATED', 'ORGANIZATION_UPDATED']);
    expect(mia!.told.at(-1)!.ledgerSequence).toBe(run.world.ledgerSequence);
    // There is nothing left for the second.
    await run.scheduler.fire();
    await run.scheduler.idle();
    expect(kinds(mia!)).toHaveLength(3);
    await run.end();
  });
});
