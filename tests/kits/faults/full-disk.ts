import { join } from 'node:path';
import { Caller, tokenOf } from './caller';
import { checkLaws } from './check-laws';
import { between } from './fault';
import { Findings } from './findings';
import { Follower } from './follower';
import { HeardCalls } from './heard-calls';
import { comesTrue, passes } from '../basics/passing-time';
import { CHANGING, OWNER, peopleThem } from './people';
import { Instance } from './server-set';
import type { RunSettings } from './several-instances';
import { openSmallDisk, type SmallDisk } from './small-disk';
import { pick } from './writers';

const ORGANIZATION = 'acme';

/** How long a full disk may go unnoticed, and one that is empty again, in milliseconds: SQLite's log has room of its own for a while. */
const TIMEOUT = 30_000;

const ROSTER = 'query ($id: ID!) { organization(id: $id) { billingAdmins { version admins { user { id } } } } }';

/** One instance on SQLite whose disk is full at times, and which is killed then. */
export async function runFullDisk(settings: RunSettings): Promise<Findings> {
  const { print, random, started, folder, seconds } = settings;
  const findings = new Findings((law) => print(`BROKEN: ${law}`));
  const heard = new HeardCalls();
  const disk = openSmallDisk(join(folder, 'disk'));
  settings.atTheEnd(() => disk.end());
  const databaseUrl = `sqlite:${join(disk.folder, 'service.sqlite')}`;
  const instance = await Instance.in(folder, { DATABASE_URL: databaseUrl });
  started.push(instance.process);
  await instance.process.start();

  const caller = async (subject: string, scope = '') => new Caller(await tokenOf(subject, scope), findings, heard);
  const owner = await caller(OWNER);
  await peopleThem({ host: await caller('host', 'directory:write'), owner }, instance.port, [ORGANIZATION]);
  const follower = new Follower({
    name: 'an owner',
    ports: [instance.port],
    token: owner.token,
    organizationId: ORGANIZATION,
    onEvent: () => findings.count('done', 'events told'),
    onBroken: (law) => findings.breaks(law),
  });
  const change = async () => {
    const userId = pick(random, CHANGING);
    const mutation = pick(random, ['addBillingAdmin', 'removeBillingAdmin']);
    return owner.change(instance.port, mutation, userId, { organizationId: ORGANIZATION, userId });
  };

  const end = performance.now() + seconds * 1_000;
  do {
    for (let changes = between(random, 20, 60); changes > 0; changes--) await change();
    await isFull(disk, instance, { owner, change, findings });
    await goesOn(disk, instance, settings, findings);
    if (!(await comesTrue(async () => (await change()) === 'CHANGED', TIMEOUT)))
      findings.breaks('Nothing can be changed when the disk is empty again.');
    await passes(between(random, 0, 500));
  } while (performance.now() < end && findings.broken.length === 0);

  if (!(await comesTrue(() => instance.isWell(), TIMEOUT))) findings.breaks('The instance is not well again.');
  await checkLaws({ databaseUrl, organizationIds: [ORGANIZATION], heard, followers: [follower], findings });
  await follower.close();
  for (const output of instance.process.endedByItself) findings.breaks(`The instance ended by itself: ${output}`);
  await instance.process.end('SIGTERM');
  return findings;
}

/** Room is made while the instance runs; or it has been stopped or killed before, with the disk still full. */
async function goesOn(disk: SmallDisk, { process }: Instance, { random }: RunSettings, findings: Findings) {
  const how = pick(random, [
    'room is made',
    'the instance is killed and room is made',
    'it is stopped, and room is made',
  ]);
  findings.count('faults', how);
  if (how === 'room is made') return disk.empty(process.processId);
  const isKilled = how.includes('killed');
  const code = await process.end(isKilled ? 'SIGKILL' : 'SIGTERM');
  if (!isKilled && code !== 0) findings.breaks(`With a full disk the instance stopped with ${code}.`);
  disk.empty(process.processId);
  await process.start();
}

interface WhileFull {
  readonly owner: Caller;
  readonly change: () => Promise<string>;
  readonly findings: Findings;
}

/** The disk is full until that is noticed: changes are refused with a clear error, and reads succeed. */
async function isFull(disk: SmallDisk, instance: Instance, { owner, change, findings }: WhileFull): Promise<void> {
  const refused = () => findings.of('answers', 'SERVICE_UNAVAILABLE');
  const before = refused();
  disk.fill(instance.process.processId);
  findings.count('faults', `the disk is full (${disk.how})`);
  const isRefused = async () => (await change()) !== 'CHANGED' && refused() >= before + 3;
  if (!(await comesTrue(isRefused, TIMEOUT, 0))) findings.breaks('A full disk was not told of.');
  const answer = await owner.ask(instance.port, ROSTER, { id: ORGANIZATION });
  if (answer === null || answer === 'NOT_SENT' || answer.errors || !answer.data?.organization)
    findings.breaks(`While the disk was full, a read got ${JSON.stringify(answer)}.`);
}
