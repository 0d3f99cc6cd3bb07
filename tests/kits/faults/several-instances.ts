import { type Random, randomFrom } from '../basics/random';
import { Caller, tokenOf } from './caller';
import { checkLaws, COUNTED, GRANTS_ENDED } from './check-laws';
import { checkFeed } from './check-feed';
import { RETURN_ORIGIN, subscribes } from './buying';
import { CONNECTION_FAULTS } from './connection-faults';
import { ENDED_WHILE_RUNNING, ENDED_WHILE_STOPPED, grantsEndWhileAllAreStopped } from './ends-while-stopped';
import { type FaultDependencies, type Faults, makeFaults, Turmoil } from './fault';
import { FeedFollower, FeedReader } from './feed-readers';
import { FeedTold } from './feed-told';
import { Findings } from './findings';
import { Follower } from './follower';
import { TimedWebSocket, SlowWebSocket } from './follower-sockets';
import { Guest, TRIED_IN_VAIN, TRIED_WELL } from './guest';
import { HeardCalls } from './heard-calls';
import { Holder } from './holder';
import { brokenByAccessTold, brokenByStays } from './laws';
import { comesTrue, passes } from '../basics/passing-time';
import { BUYER, type Callers, CHANGING, GUEST, HOLDER, MEMBER, ORGANIZATIONS, OWNER, peopleThem } from './people';
import type { ServerProcess } from '../processes/server-process';
import { REDIS_FAULTS, SERVER_FAULTS } from './server-faults';
import { receiverFaults } from './receiver-faults';
import { startServers } from './server-set';
import { aSubscriberStalls, CUT_OFF } from './stalling-subscriber';
import { TRIED_BEFORE, triesAfter } from './tries-after-the-end';
import { WebhookReceiver } from './webhook-receiver';
import { write } from './writers';

const INSTANCES = 3;
const WRITERS = 4;

/** How long everything may take to be well again after the last fault, in milliseconds. */
const RECOVERY = 30_000;

/** In a run of so many seconds, so many tries of a grant come after its end. */
const LONG = 600;
const TRIES_OF_ENDS = 10_000;

/** What a run is worth nothing without. */
const MUST_HAPPEN = [
  ...[TRIED_IN_VAIN, TRIED_WELL, TRIED_BEFORE, 'tries of a grant, refused after its end'],
  ...[ENDED_WHILE_STOPPED, ENDED_WHILE_RUNNING, GRANTS_ENDED],
];

const STALLS = 'a subscriber reads nothing';

/** Three in four who stall are cut off before something else ends their socket: of so many, one at least. */
const ENOUGH_STALLS = 8;

/** At the same time as one of the others: none of them keeps an instance from starting for long. */
const PASSING_FAULTS: Faults = {
  ...REDIS_FAULTS,
  ...CONNECTION_FAULTS,
  [STALLS]: aSubscriberStalls,
  // In this list, as only one fault at a time may be alone.
  'all instances are stopped over the end of grants': grantsEndWhileAllAreStopped,
};

export interface RunSettings {
  readonly seconds: number;
  readonly changesPerSecond: number;
  readonly folder: string;
  readonly random: Random;
  /** Takes what is started, also where the run ends early. */
  readonly started: ServerProcess[];
  /** Takes what else is to be done then. */
  readonly atTheEnd: (work: () => void) => void;
  readonly print: (line: string) => void;
  /** Whether each fault is worth a line. */
  readonly tellsFaults: boolean;
}

/** Several instances on MariaDB and Redis, with writers and subscribers, while everything goes wrong that may. */
export async function runSeveralInstances(settings: RunSettings): Promise<Findings> {
  const { seconds, folder, started, random, print } = settings;
  const findings = new Findings((law) => {
    print(`BROKEN: ${law}`);
    void tellWhatTheLogSays(law, started, print);
  });
  const told = new FeedTold();
  const receiver = new WebhookReceiver(told, findings);
  await receiver.start();
  const servers = await startServers(folder, INSTANCES, started, {
    ...receiver.environment,
    PAYMENT_PROVIDER: 'sandbox',
    RETURN_URL_ORIGINS: RETURN_ORIGIN,
  });
  // Before anything happens: a first receiver hears of what happens from then on.
  if (!(await comesTrue(() => servers.database.hasReceiver(), RECOVERY))) throw new Error('Nobody delivers webhooks.');
  const heard = new HeardCalls();
  const callers = await callersOf(findings, heard);
  const ports = servers.instances.map(({ port }) => port);
  await peopleThem(callers, ports[0]!, ORGANIZATIONS);
  for (const id of ORGANIZATIONS) await subscribes(callers.owner, ports[0]!, id);

  const end = performance.now() + seconds * 1_000;
  const faultsOfReceiver = receiverFaults(receiver);
  const faults = Object.keys({ ...SERVER_FAULTS, ...PASSING_FAULTS, ...faultsOfReceiver });
  // Each fault comes once at least, however short the run.
  const isOver = () => performance.now() >= end && faults.every((name) => findings.of('faults', name) > 0);
  const ownRandom = () => randomFrom(random() * 2 ** 31);
  const turmoil = new Turmoil();
  const dependencies = (turmoil: Turmoil): FaultDependencies => ({
    ...{ servers, callers, findings, turmoil },
    random: ownRandom(),
  });
  const onFault = (name: string) => settings.tellsFaults && print(name);
  const followers = ORGANIZATIONS.flatMap((id) => followersOf(id, callers, ports, findings));
  const guests = ORGANIZATIONS.map(
    (organizationId) => new Guest({ organizationId, callers, ports, findings, isOver, random: ownRandom() }),
  );
  const holders = ORGANIZATIONS.map(
    (organizationId) => new Holder({ organizationId, callers, ports, findings, isOver, random: ownRandom() }),
  );
  const reading = () => ({ caller: callers.backEnd, ports, random: ownRandom(), told, findings });
  const readers = [new FeedReader(reading()), new FeedFollower(reading())];
  const pace = (WRITERS * 1_000) / settings.changesPerSecond;
  const writing = { callers, ports, pace, isOver, heard, findings, databaseUrl: () => servers.database.url };
  await Promise.all([
    ...Array.from({ length: WRITERS }, () => write({ ...writing, random: ownRandom() })),
    ...guests.map((guest) => guest.live()),
    ...holders.map((holder) => holder.live()),
    makeFaults(SERVER_FAULTS, dependencies(turmoil), { isOver, onFault }),
    makeFaults(PASSING_FAULTS, dependencies(turmoil), { isOver, onFault }),
    // What is wrong with the receiver is no reason for anything but late webhooks.
    makeFaults(faultsOfReceiver, dependencies(new Turmoil()), { isOver, onFault }),
    tellProgress(findings, print, isOver),
  ]);

  for (const instance of servers.instances)
    if (!(await comesTrue(() => instance.isWell(), RECOVERY)))
      findings.breaks(`${instance.process.name} is not well again.`);
  const { url } = servers.database;
  if (!(await comesTrue(() => servers.database.hasNothingDue(RECOVERY), RECOVERY)))
    findings.breaks('The ends of grants, or lapses of requests, are not written.');
  const logs = await checkLaws({ databaseUrl: url, organizationIds: ORGANIZATIONS, heard, followers, findings });
  await checkFeed({ databaseUrl: url, logs, told, readers, receiver, instances: servers.instances, findings });
  findings.count(
    'done',
    'gaps told to a subscriber',
    followers.reduce((sum, { seen }) => sum + seen.gaps, 0),
  );
  guests.forEach(({ stays, follower: { organizationId } }) => {
    const broken = brokenByStays(logs.get(organizationId) ?? [], GUEST, stays);
    for (const law of broken) findings.breaks(`${organizationId}: ${law}.`);
  });
  holders.forEach(({ shown }, index) => {
    const id = ORGANIZATIONS[index] ?? '';
    for (const law of brokenByAccessTold(logs.get(id) ?? [], HOLDER, shown)) findings.breaks(`${id}: ${law}.`);
  });
  findings.count('done', 'tries of a grant, refused after its end', triesAfter(findings));
  if (seconds >= LONG && triesAfter(findings) < TRIES_OF_ENDS)
    findings.breaks(`Grants were tried ${triesAfter(findings)} times after their end.`);
  const kinds = COUNTED.map((kind) => `log entries ${kind}`);
  for (const tried of [...MUST_HAPPEN, ...(seconds >= LONG ? kinds : [])])
    if (findings.of('done', tried) === 0) findings.breaks(`There were no ${tried}, so that nothing is known of them.`);
  const stalls = findings.of('faults', STALLS);
  if (stalls >= ENOUGH_STALLS && findings.of('done', CUT_OFF) === 0)
    findings.breaks(`Of ${stalls} stalled subscribers none was cut off.`);
  await Promise.all([...followers, ...readers, ...guests.map(({ follower }) => follower)].map((each) => each.close()));
  await receiver.kill();
  for (const line of servers.lines) await line.close();
  for (const { name, endedByItself } of started)
    for (const output of endedByItself) findings.breaks(`${name} ended by itself: ${output}`);
  return findings;
}

async function callersOf(findings: Findings, heard: HeardCalls): Promise<Callers> {
  const caller = async (subject: string, scope = '') => new Caller(await tokenOf(subject, scope), findings, heard);
  const members = await Promise.all([MEMBER, ...CHANGING].map(async (id) => [id, await caller(id)] as const));
  return {
    host: await caller('host', 'directory:write'),
    backEnd: await caller('back-end', 'events:read access:read'),
    owner: await caller(OWNER),
    guest: await caller(GUEST),
    holder: await caller(HOLDER),
    buyer: await caller(BUYER),
    newcomer: caller,
    members: Object.fromEntries(members),
  };
}

/** An owner, a member, and a member who reads slowly, each first on another instance. */
function followersOf(
  organizationId: string,
  { owner, members }: Callers,
  ports: readonly number[],
  findings: Findings,
): Follower[] {
  const follow = (name: string, caller: Caller | undefined, first: number, socket = TimedWebSocket) =>
    new Follower({
      name,
      token: caller?.token ?? '',
      ports: [...ports.slice(first), ...ports.slice(0, first)],
      organizationId,
      socket,
      onEvent: () => findings.count('done', 'events told'),
      onBroken: (law) => findings.breaks(law),
    });
  return [
    follow('an owner', owner, 0),
    follow('a member', members[MEMBER], 1),
    follow('a slow member', members[MEMBER], 2, SlowWebSocket),
  ];
}

async function tellProgress(findings: Findings, print: (line: string) => void, isOver: () => boolean): Promise<void> {
  const every = 30_000;
  const began = performance.now();
  for (let next = every; ; next += every) {
    await comesTrue(() => isOver() || performance.now() >= began + next, Infinity);
    if (isOver()) return;
    print(`${Math.round((performance.now() - began) / 1_000)} s: ${findings.progress()}`);
  }
}

/** An answer of which an instance says no more than a reference is explained in its log. */
async function tellWhatTheLogSays(
  law: string,
  started: readonly ServerProcess[],
  print: (line: string) => void,
): Promise<void> {
  const reference = /"reference":"([^"]+)"/.exec(law)?.[1];
  if (reference === undefined) return;
  await passes(1_000);
  for (const process of started) process.linesWith(reference).forEach(print);
}
