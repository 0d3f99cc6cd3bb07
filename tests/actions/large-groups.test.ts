import { PipelineRun } from '../kits/pipeline/pipeline-run';

test('A8 L2 of a group of more than are told in one go, nobody is told as what they were', async () => {
  const MANY = 2_300;
  const run = new PipelineRun();
  const people = Array.from({ length: MANY }, (_, index) => `person-${index}`);
  for (const person of people) run.world.changes(person, 'OWNER');
  const subscribers = people.map((viewerId) => run.subscribe({ viewerId, stream: 'ROSTER', after: null, shares: 'a' }));
  await run.scheduler.idle();
  run.world.changes('gus', 'TEAMMATE');
  await run.scheduler.settle();
  await run.scheduler.until('check');
  // Of each thousand some.
  for (const index of [0, 1_500, MANY - 1]) run.world.changes(people[index]!, 'TEAMMATE');
  await run.scheduler.releaseFirst('check');
  run.world.changes(people[1_200]!, null);
  run.world.changes(people[MANY - 2]!, 'BILLING_ADMIN');
  await run.scheduler.idle();
  run.expectRight();
  await run.end();
  expect(subscribers[1_200]!.ended).toBe('REFUSED');
});
