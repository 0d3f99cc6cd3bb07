import { PipelineRun } from '../kits/pipeline/pipeline-run';
import type { TestSubscriber, Watching } from '../kits/pipeline/test-subscriber';

/** The known races of the pipeline, each in the order that makes it: the scheduler lets nothing happen by itself. */

const watching = (viewerId: string, rest: Partial<Watching> = {}): Watching => ({
  viewerId,
  stream: 'ROSTER',
  after: null,
  shares: 'a',
  ...rest,
});

/** Live subscribers of these people, and nothing pending. */
async function live(...all: Watching[]): Promise<[PipelineRun, ...TestSubscriber[]]> {
  const run = new PipelineRun();
  const subscribers = all.map((each) => run.subscribe(each));
  await run.scheduler.idle();
  return [run, ...subscribers];
}

const kinds = ({ told }: TestSubscriber) => told.map(({ entry }) => entry?.kind ?? null);
const hows = ({ told }: TestSubscriber) => told.map(({ how }) => how);

/** Lets everything happen; how many answers were made for it. */
async function countAnswers({ scheduler }: PipelineRun): Promise<number> {
  let answers = 0;
  while (scheduler.pending.length > 0) {
    if (scheduler.pending[0]!.label === 'answer') answers += 1;
    await scheduler.release(0);
  }
  return answers;
}

describe('an organization that is removed while its group is told', () => {
  test.each(['log', 'step', 'organization', 'answer', 'check'])(
    'R13 L4 at the %s: all are refused, and told nothing after',
    async (at) => {
      const [run, mia, olivia] = await live(watching('mia'), watching('olivia', { shares: 'b' }));
      run.world.changes('gus', 'TEAMMATE');
      await run.scheduler.settle();
      expect(await run.scheduler.until(at)).toBe(true);
      run.world.removes();
      await run.end();
      expect([mia!.ended, olivia!.ended]).toEqual(['REFUSED', 'REFUSED']);
    },
  );

  test('R13 a subscriber that comes to the group then is refused, and holds up nobody', async () => {
    const [run] = await live(watching('mia'));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    await run.scheduler.until('check');
    const late = run.subscribe(watching('ada', { after: run.world.version }));
    while (await run.scheduler.releaseFirst('position'));
    run.world.removes();
    await run.end();
    expect(late.ended).toBe('REFUSED');
  });
});

describe('access that is lost between check, answer and send', () => {
  const points = ['log', 'organization', 'step', 'answer', 'check'] as const;
  const changes = [
    ['revoked', 'bea', 'TEAMMATE'],
    ['demoted', 'olivia', 'TEAMMATE'],
    ['removed', 'mia', null],
    ['promoted', 'ada', 'OWNER'],
  ] as const;

  test.each(points.flatMap((point) => changes.map((change) => [point, ...change] as const)))(
    'A8 at the %s, who is %s is told as what they are then',
    async (point, _name, who, role) => {
      const everybody = ['olivia', 'oscar', 'bea', 'mia', 'ada'];
      const shares = ['a', 'b', 'c', 'd', 'e', 'f'];
      const [run] = await live(
        ...everybody.flatMap((viewerId) => shares.map((each) => watching(viewerId, { shares: each }))),
        ...everybody.map((viewerId) => watching(viewerId, { stream: 'BILLING' })),
      );
      for (let times = 0; times < 4; times++) {
        run.world.changes('gus', times % 2 === 0 ? 'TEAMMATE' : null);
        run.world.logs('INVITATION_CREATED');
        await run.scheduler.settle();
        // Each time at a later one of the same: some are told by then.
        for (let skipped = 0; skipped <= times; skipped++) {
          await run.scheduler.until(point);
          if (skipped < times) await run.scheduler.releaseFirst(point);
        }
        run.world.changes(who, times % 2 === 0 ? role : 'BILLING_ADMIN');
        await run.scheduler.settle();
        await run.scheduler.idle();
        run.expectRight();
      }
      await run.end();
    },
  );

  test.each([0, 1, 2])('A8 L9 a balance that %d roster changes overtake is told to members only', async (count) => {
    const [run, mia] = await live(watching('mia', { stream: 'BILLING' }), watching('olivia', { stream: 'BILLING' }));
    run.scheduler.now += 1_000;
    run.world.uses();
    await run.scheduler.settle();
    expect(await run.scheduler.until('check')).toBe(true);
    if (count > 0) run.world.changes('mia', null);
    if (count > 1) run.world.changes('mia', 'TEAMMATE');
    await run.end();
    expect(mia!.ended).toBe(count === 1 ? 'REFUSED' : null);
  });
});

test('A8 who joins late with an older role is told as what they are, whatever the others know of themselves', async () => {
  const [run, olivia] = await live(watching('olivia'));
  const mia = run.subscribe(watching('mia'));
  mia.isReady = false;
  await run.scheduler.until('roster');
  // Her access has been read, and the state that she is told by herself is of after this.
  run.world.changes('mia', 'OWNER');
  await run.scheduler.idle();
  mia.isReady = true;
  run.world.changes('gus', 'TEAMMATE');
  await run.scheduler.settle();
  await run.scheduler.idle();
  expect(mia.told.at(-1)).toMatchObject({ how: 'SHARED', madeFor: 'OWNER' });
  expect(hows(mia)).toEqual(['ALONE', 'SHARED']);
  expect(olivia!.told).toHaveLength(3);
  await run.end();
});

describe('an id that is used again before its operation has ended', () => {
  test.each(['log', 'organization', 'step', 'answer', 'check'])(
    'L4 whose subscription ends at the %s of its group is not told, and its id tells of the next alone',
    async (at) => {
      const [run, first] = await live(watching('mia'));
      run.world.changes('gus', 'TEAMMATE');
      await run.scheduler.settle();
      await run.scheduler.until(at);
      await first!.stop();
      const second = run.subscribe(watching('mia'));
      await run.end();
      expect(kinds(first!)).toEqual([null]);
      expect(kinds(second)).toEqual([null]);
    },
  );

  test.each(['position', 'access', 'roster', 'organization', 'step', 'answer'])(
    'L4 the same at the %s of one that catches up',
    async (at) => {
      const run = new PipelineRun();
      const first = run.subscribe(watching('mia'));
      await run.scheduler.settle();
      expect(await run.scheduler.until(at)).toBe(true);
      void first.stop();
      await run.scheduler.settle();
      const second = run.subscribe(watching('mia'));
      await run.end();
      expect(first.told).toEqual([]);
      expect(kinds(second)).toEqual([null]);
    },
  );
});

describe('a subscriber that joins, is detached and joins again', () => {
  test('L2 it is told each change once, by itself and in the group in turn', async () => {
    const [run, mia] = await live(watching('mia'), watching('olivia'));
    for (let times = 0; times < 6; times++) {
      mia!.isReady = times % 2 === 0;
      run.world.changes('gus', times % 2 === 0 ? 'TEAMMATE' : null);
      await run.scheduler.settle();
      await run.scheduler.idle();
    }
    await run.end();
    expect(mia!.told.map(({ position }) => position)).toEqual(
      [7, 8, 9, 10, 11, 12, 13].map((position) => position - 1),
    );
    expect(hows(mia!)).toEqual(['SHARED', 'SHARED', 'ALONE', 'SHARED', 'ALONE', 'SHARED', 'ALONE']);
  });

  test.each([0, 1, 2])('L2 so it is with %d more changes while its group is still being told', async (count) => {
    const shares = ['a', 'b', 'c', 'd', 'e', 'f'];
    const [run, mia] = await live(
      ...['mia', 'olivia', 'ada'].flatMap((who) => shares.map((each) => watching(who, { shares: each }))),
    );
    mia!.isReady = false;
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    // The first few have been told, and mia has been detached and comes back before the others are told.
    await run.scheduler.until('check');
    await run.scheduler.releaseFirst('check');
    mia!.isReady = true;
    for (let change = 0; change < count; change++) run.world.changes('gus', change === 0 ? null : 'TEAMMATE');
    await run.scheduler.settle();
    for (const label of ['log', 'access', 'organization', 'own answer', 'log', 'access'])
      while (await run.scheduler.releaseFirst(label)) run.expectRight();
    await run.end();
    expect(mia!.told.map(({ position }) => position)).toEqual(
      Array.from({ length: 2 + count }, (_, index) => 6 + index),
    );
  });

  test('A10 one that leaves and joins again while it is live is told nothing of between', async () => {
    for (const stream of ['ROSTER', 'BILLING'] as const) {
      const [run, mia] = await live(watching('mia', { stream }), watching('olivia', { stream }));
      run.world.logs('ORGANIZATION_UPDATED');
      await run.scheduler.settle();
      await run.scheduler.until('organization');
      run.world.changes('mia', null);
      run.world.logs('ORGANIZATION_UPDATED');
      run.world.changes('gus', 'TEAMMATE');
      run.world.changes('mia', 'TEAMMATE');
      await run.end();
      expect(mia!.ended).toBeNull();
      expect(kinds(mia!)).toEqual([null, null]);
    }
  });
});

test('A10 one that has left and joined again, of which its instance has not heard, is told nothing of between by its group', async () => {
  const run = new PipelineRun();
  const { scheduler } = run;
  const mia = run.subscribe(watching('mia'), 1);
  await scheduler.settle();
  await scheduler.until('answer');
  // She is told her state by herself, and what she is then is newer than that.
  await scheduler.release(
    scheduler.pending.findIndex(({ label }) => label === 'answer'),
    new Error('It is broken.'),
  );
  await scheduler.until('access');
  run.world.changes('mia', null);
  run.world.changes('mia', 'TEAMMATE');
  await scheduler.idle();
  run.expectRight();
  await run.end();
  expect(kinds(mia)).toEqual([null, null]);
});

describe('two reads of which the first fails', () => {
  test('L4 of two answers, the one that fails is its own subscribers’ alone', async () => {
    const [run, mia, olivia] = await live(watching('mia'), watching('olivia'));
    run.world.changes('gus', 'TEAMMATE');
    await run.scheduler.settle();
    await run.scheduler.until('answer');
    const first = run.scheduler.pending.findIndex(({ label }) => label === 'answer');
    await run.scheduler.release(first, new Error('It is broken.'));
    // The other is not told, and nobody is detached, before it is made too.
    expect(run.scheduler.pending.map(({ label }) => label)).toEqual(['answer']);
    expect(olivia!.told).toHaveLength(1);
    await run.end();
    expect([kinds(mia!), kinds(olivia!)]).toEqual([
      [null, 'TEAMMATE_JOINED'],
      [null, 'TEAMMATE_JOINED'],
    ]);
  });

  test.each(['log', 'organization', 'check'])(
    'L2 a group whose %s fails detaches its members, and each goes on alone',
    async (at) => {
      const [run, mia, olivia] = await live(watching('mia'), watching('olivia'));
      run.world.changes('gus', 'TEAMMATE');
      await run.scheduler.settle();
      await run.scheduler.until(at);
      await run.scheduler.release(
        run.scheduler.pending.findIndex(({ label }) => label === at),
        new Error('It is broken.'),
      );
      await run.end();
      expect([kinds(mia!), kinds(olivia!)]).toEqual([
        [null, 'TEAMMATE_JOINED'],
        [null, 'TEAMMATE_JOINED'],
      ]);
    },
  );
});

describe('those who catch up at the same time', () => {
  test('A8 whose access was read before the newest roster change are checked again, however fast the answer is made', async () => {
    const run = new PipelineRun();
    const mia = run.subscribe(watching('mia'));
    await run.scheduler.until('roster');
    run.world.changes('mia', 'OWNER');
    await run.scheduler.until('organization');
    run.scheduler.stepTakes = 0;
    await run.scheduler.idle();
    run.expectRight();
    expect(mia.told[0]).toMatchObject({ how: 'SHARED', madeFor: 'OWNER' });
    await run.end();
  });

  test('L8 get one answer where it is the same for them: for each document, role and stream', async () => {
    const run = new PipelineRun();
    const subscribers = [
      // Its answer is under way when the others ask for theirs.
      watching('oscar'),
      watching('mia'),
      watching('ada'),
      watching('mia'),
      watching('olivia'),
      watching('mia', { shares: 'b' }),
      watching('mia', { stream: 'BILLING', shares: 'c' }),
    ].map((each) => run.subscribe(each));
    await run.scheduler.settle();
    expect(await countAnswers(run)).toBe(5);
    await run.end();
    expect(subscribers.map(hows)).toEqual(subscribers.map(() => ['SHARED']));
  });

  test('L4 what goes wrong with one answer is for those alone to find out who asked for it', async () => {
    const run = new PipelineRun();
    const [mia, olivia] = [run.subscribe(watching('mia')), run.subscribe(watching('olivia'))];
    await run.scheduler.until('answer');
    const first = run.scheduler.pending.findIndex(({ label }) => label === 'answer');
    await run.scheduler.release(first, new Error('It is broken.'));
    await run.end();
    expect([hows(mia), hows(olivia)].sort()).toEqual([['ALONE'], ['SHARED']]);
  });
});

test('E4 an instance that hears no notification tells all the same when it polls', async () => {
  const run = new PipelineRun();
  const deaf = run.subscribe(watching('mia'), 1);
  await run.scheduler.idle();
  for (const role of ['TEAMMATE', null] as const) run.world.changes('gus', role);
  await run.scheduler.settle();
  await run.scheduler.idle();
  expect(kinds(deaf)).toEqual([null]);
  void run.instances[1]!.watcher.poll();
  await run.scheduler.settle();
  await run.scheduler.idle();
  expect(kinds(deaf)).toEqual([null, 'TEAMMATE_JOINED', 'TEAMMATE_LEFT']);
  await run.end();
});

test('L2 E4 a subscriber that joins a group ahead of all notifications is told what the group has told in the meantime', async () => {
  const run = new PipelineRun();
  const { scheduler } = run;
  const oscar = run.subscribe(watching('oscar'), 1);
  await scheduler.idle();
  run.world.changes('gus', 'TEAMMATE');
  void run.instances[1]!.watcher.poll();
  await scheduler.settle();
  await scheduler.releaseFirst('poll');
  const mia = run.subscribe(watching('mia'), 1);
  await scheduler.settle();
  for (const label of ['position', 'access', 'roster']) await scheduler.releaseFirst(label);
  // The group finds this in the log, and nobody has heard of it.
  run.world.changes('gus', null);
  await scheduler.releaseFirst('log');
  while (oscar.told.length < 3) await scheduler.release(scheduler.pending.length - 1);
  await run.end();
  expect(mia.told.map(({ position }) => position)).toEqual([7, 8]);
});

test('L8 L9 what is the same for many is answered once in billing too, and what only owners see goes to them', async () => {
  const [run, ...all] = await live(
    ...['olivia', 'oscar', 'mia', 'ada', 'bea'].map((viewerId) => watching(viewerId, { stream: 'BILLING' })),
  );
  for (const kind of ['ORGANIZATION_UPDATED', 'INVITATION_CREATED'] as const) {
    run.world.logs(kind);
    await run.scheduler.settle();
    expect(await countAnswers(run)).toBe(kind === 'INVITATION_CREATED' ? 1 : 3);
  }
  await run.end();
  expect(all.map((each) => kinds(each).slice(1))).toEqual([
    ['ORGANIZATION_UPDATED', 'INVITATION_CREATED'],
    ['ORGANIZATION_UPDATED', 'INVITATION_CREATED'],
    ['ORGANIZATION_UPDATED'],
    ['ORGANIZATION_UPDATED'],
    ['ORGANIZATION_UPDATED'],
  ]);
});

describe('a balance that usage alone has changed', () => {
  const billing = (viewerId: string, rest: Partial<Watching> = {}) =>
    watching(viewerId, { stream: 'BILLING', ...rest });
  const ledgers = ({ told }: TestSubscriber) => told.map(({ ledgerSequence }) => ledgerSequence);

  /** The time does not pass by itself. */
  async function liveAtOnce(...all: Watching[]): Promise<[PipelineRun, ...TestSubscriber[]]> {
    const [run, ...subscribers] = await live(...all);
    run.scheduler.stepTakes = 0;
    return [run, ...subscribers];
  }

  async function uses({ world, scheduler }: PipelineRun): Promise<void> {
    world.uses();
    await scheduler.settle();
    await scheduler.idle();
  }

  async function passes({ scheduler }: PipelineRun, until: number): Promise<void> {
    while (scheduler.timersSet > 0 && scheduler.nextTimer <= until) {
      await scheduler.fire();
      await scheduler.idle();
    }
    scheduler.now = until;
  }

  test('L9 is told to a subscriber that joins its group where that is ahead of it in the ledger', async () => {
    const [run, oscar] = await live(billing('oscar'));
    run.scheduler.now += 1_000;
    await uses(run);
    expect(ledgers(oscar!)).toEqual([0, 1]);
    const mia = run.subscribe(billing('mia', { after: run.world.sequence }));
    await run.scheduler.idle();
    expect(ledgers(mia)).toEqual([1]);
    await run.end();
  });

  test.each(['position', 'access'])(
    'L9 is told to the first subscriber of a group, that heard of it at its %s, before there was a group',
    async (at) => {
      const run = new PipelineRun();
      const mia = run.subscribe(billing('mia', { after: run.world.sequence }));
      await run.scheduler.settle();
      expect(await run.scheduler.until(at)).toBe(true);
      run.world.uses();
      await run.scheduler.idle();
      expect(ledgers(mia)).toEqual([1]);
      await run.end();
    },
  );

  test('L9 is told to nobody who was told less than a second ago, while others are', async () => {
    const [run, oscar] = await liveAtOnce(billing('oscar'));
    const { scheduler } = run;
    scheduler.now += 1_000;
    const began = scheduler.now;
    const mia = run.subscribe(billing('mia'));
    await scheduler.idle();
    scheduler.now += 300;
    await uses(run);
    expect([ledgers(oscar!), ledgers(mia)]).toEqual([[0, 1], [0]]);
    await passes(run, began + 1_299);
    expect(ledgers(mia)).toEqual([0]);
    await passes(run, began + 1_300);
    expect(ledgers(mia)).toEqual([0, 1]);
    run.expectRight();
    await run.end();
  });

  test('L9 is told by a group once a second, and not at another moment to each of its members', async () => {
    const [run, oscar] = await liveAtOnce(billing('oscar'));
    const { scheduler } = run;
    scheduler.now += 1_000;
    await uses(run);
    const began = scheduler.now;
    const mia = run.subscribe(billing('mia', { after: run.world.sequence }));
    await scheduler.idle();
    expect([ledgers(oscar!), ledgers(mia)]).toEqual([[0, 1], []]);
    await passes(run, began + 999);
    expect(ledgers(mia)).toEqual([]);
    await passes(run, began + 1_000);
    expect(ledgers(mia)).toEqual([1]);
    await run.end();
  });

  test.each(['live', 'by itself'])(
    'L9 waits for a second after an entry, which carries it, for one that is %s',
    async (how) => {
      const [run, mia] = await liveAtOnce(billing('mia', { shares: how === 'live' ? 'a' : null }));
      const { scheduler } = run;
      scheduler.now += 1_000;
      run.world.logs('ORGANIZATION_UPDATED');
      await scheduler.settle();
      await scheduler.idle();
      const began = scheduler.now;
      scheduler.now += 300;
      await uses(run);
      expect(ledgers(mia!)).toEqual([0, 0]);
      await passes(run, began + 999);
      expect(ledgers(mia!)).toEqual([0, 0]);
      await passes(run, began + 1_000);
      expect(ledgers(mia!)).toEqual([0, 0, 1]);
      await run.end();
    },
  );

  test.each([
    ['live', 'answer'],
    ['by itself', 'own answer'],
  ])(
    'L9 waits for a second from when the last one was told to one that is %s, however long its %s took',
    async (how, at) => {
      const run = new PipelineRun();
      const { scheduler } = run;
      scheduler.stepTakes = 0;
      const mia = run.subscribe(billing('mia', { shares: how === 'live' ? 'a' : null }));
      await scheduler.settle();
      expect(await scheduler.until(at)).toBe(true);
      scheduler.now += 900;
      await scheduler.idle();
      const toldAt = scheduler.now;
      await uses(run);
      await passes(run, toldAt + 999);
      expect(ledgers(mia)).toEqual([0]);
      await passes(run, toldAt + 1_000);
      expect(ledgers(mia)).toEqual([0, 1]);
      run.expectRight();
      await run.end();
    },
  );

  test.each(['live', 'by itself'])('L9 comes no earlier with an entry that one who is %s does not see', async (how) => {
    const [run, mia] = await liveAtOnce(billing('mia', { shares: how === 'live' ? 'a' : null }));
    const { scheduler } = run;
    scheduler.now += 1_000;
    run.world.logs('ORGANIZATION_UPDATED');
    await scheduler.settle();
    await scheduler.idle();
    const began = scheduler.now;
    scheduler.now += 300;
    await uses(run);
    run.world.logs('INVITATION_CREATED');
    await scheduler.settle();
    await scheduler.idle();
    expect(ledgers(mia!)).toEqual([0, 0]);
    await passes(run, began + 1_000);
    expect(ledgers(mia!)).toEqual([0, 0, 1]);
    await run.end();
  });
});

test.each(['ROSTER', 'BILLING'] as const)(
  'R13 L4 who is live is refused as soon as their organization is removed, by what one instance hears and the other polls: %s',
  async (stream) => {
    const run = new PipelineRun();
    const [near, far] = [0, 1].map((at) => run.subscribe(watching('mia', { stream }), at));
    await run.scheduler.idle();
    run.world.removes();
    await run.scheduler.settle();
    await run.scheduler.idle();
    expect([near!.ended, far!.ended]).toEqual(['REFUSED', null]);
    void run.instances[1]!.watcher.poll();
    await run.scheduler.settle();
    await run.scheduler.idle();
    expect(far!.ended).toBe('REFUSED');
    await run.end();
  },
);
