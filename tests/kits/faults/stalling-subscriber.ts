import { once } from 'node:events';
import type { Fault, FaultDependencies } from './fault';
import { Follower } from './follower';
import { TimedWebSocket } from './follower-sockets';
import { comesTrue, passes } from '../basics/passing-time';
import { BYSTANDER, MEMBER, ORGANIZATIONS } from './people';
import { SUBSCRIBER_BACKLOG } from './server-set';
import { VersionsSeen } from './versions-seen';
import { pick } from './writers';

/** Subscriptions of the one socket, and changes that it does not read: together far more than what lies on the way to it. */
const SUBSCRIPTIONS = 60;
const CHANGES = SUBSCRIBER_BACKLOG + 40;

/** How long after the last change an instance may hear of it, in milliseconds: a lost notification costs a second (E4). */
const HEARD_OF = 2_000;

/** How long it may take until it is cut off, or has caught up, in milliseconds. */
const TIMEOUT = 30_000;

/** The owners' long names, many times over. */
const HEAVY = `subscription ($organizationId: ID!) {
  billingAdminRosterChanged(organizationId: $organizationId) {
    version
    change { kind }
    roster { ${Array.from({ length: 40 }, (_, i) => `o${i}: owners { name }`).join(' ')} }
  }
}`;

interface Told {
  readonly version: number;
  readonly change: object | null;
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly data?: { readonly billingAdminRosterChanged: Told } | null };
}

export const CUT_OFF = 'stalled subscribers, cut off and resumed';

/** A member whose socket reads nothing for a while: it is cut off by its bound, and misses nothing when it comes again (L7). */
export const aSubscriberStalls: Fault = async (dependencies) => {
  const { servers, callers, random, findings, turmoil } = dependencies;
  const organizationId = pick(random, ORGANIZATIONS);
  const stalled = new StalledSocket(pick(random, servers.instances).port, callers.members[MEMBER]?.token ?? '');
  try {
    // An instance that another fault has stopped has no stalled subscriber.
    if (!(await stalled.subscribes(organizationId))) return;
    const first = stalled.seen[0]?.last ?? 0;
    stalled.stopsReading();
    const wasAlone = turmoil.isAlone();
    const changes = await changeMuch(dependencies, organizationId);
    await passes(HEARD_OF);
    stalled.readsAgain();
    const isOver = () => stalled.isClosed || stalled.seen.every(({ last }) => (last ?? 0) >= first + changes);
    await comesTrue(isOver, TIMEOUT);
    const name = `A stalled subscriber of ${organizationId}`;
    for (const wrong of stalled.wrong) findings.breaks(`${name} ${wrong}.`);
    if (!stalled.isClosed) {
      // An instance that could not tell of the changes had nothing to cut off.
      if (changes === CHANGES && wasAlone()) findings.breaks(`${name} was not cut off.`);
      return;
    }
    findings.count('done', CUT_OFF);
    await resumes(dependencies, organizationId, stalled.seen[0] ?? new VersionsSeen(), first + changes);
  } finally {
    stalled.close();
  }
};

/** How many of the changes were acknowledged. */
async function changeMuch({ servers, callers, random }: FaultDependencies, organizationId: string): Promise<number> {
  let changes = 0;
  for (let calls = 0; calls < 4 * CHANGES && changes < CHANGES; calls++) {
    const mutation = calls % 2 === 0 ? 'addBillingAdmin' : 'removeBillingAdmin';
    const target = { organizationId, userId: BYSTANDER };
    const outcome = await callers.owner.change(pick(random, servers.instances).port, mutation, BYSTANDER, target);
    if (outcome === 'CHANGED') changes += 1;
  }
  return changes;
}

async function resumes(
  { servers, callers, findings }: FaultDependencies,
  organizationId: string,
  seen: VersionsSeen,
  version: number,
): Promise<void> {
  const follower = new Follower({
    name: 'the stalled subscriber',
    ports: servers.instances.map(({ port }) => port),
    token: callers.members[MEMBER]?.token ?? '',
    organizationId,
    seen,
    onEvent: () => findings.count('done', 'events told'),
    onBroken: (law) => findings.breaks(law),
  });
  if (!(await follower.reaches(version, TIMEOUT))) findings.breaks(`${follower.name} has not caught up.`);
  await follower.close();
}

class StalledSocket {
  readonly seen = Array.from({ length: SUBSCRIPTIONS }, () => new VersionsSeen());
  readonly wrong: string[] = [];
  isClosed = false;
  private isSignedIn = false;
  private readonly socket: TimedWebSocket;

  constructor(
    port: number,
    private readonly token: string,
  ) {
    this.socket = new TimedWebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.isClosed = true));
    this.socket.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as Message));
  }

  /** Whether each subscription has been told where it begins. */
  async subscribes(organizationId: string): Promise<boolean> {
    await Promise.race([once(this.socket, 'open'), once(this.socket, 'close')]).catch(() => undefined);
    if (this.socket.readyState !== this.socket.OPEN) return false;
    this.say({ type: 'connection_init', payload: { authorization: `Bearer ${this.token}` } });
    if (!(await comesTrue(() => this.isClosed || this.isSignedIn, 5_000)) || this.isClosed) return false;
    const payload = { query: HEAVY, variables: { organizationId } };
    this.seen.forEach((_, id) => this.say({ type: 'subscribe', id: String(id), payload }));
    const isTold = () => this.seen.every(({ last }) => last !== null);
    await comesTrue(() => this.isClosed || isTold(), 5_000);
    return isTold() && !this.isClosed;
  }

  stopsReading(): void {
    this.socket.pause();
  }

  readsAgain(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.terminate();
  }

  private say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  private take({ type, id, payload }: Message): void {
    if (type === 'connection_ack') this.isSignedIn = true;
    const told = payload?.data?.billingAdminRosterChanged;
    const wrong = told && this.seen[Number(id)]?.take(told.version, told.change !== null, SUBSCRIBER_BACKLOG);
    if (wrong) this.wrong.push(wrong);
  }
}
