import { Agent, get, request } from 'node:http';
import { passes } from '../basics/passing-time';
import { processorShare, residentMegabytes } from './processor-share';
import { CALM } from './service-under-attack';
import { brokenByStall, type Stall, stallOf } from './verdicts';

/** Pauses after an answer, in milliseconds. */
const HEALTH_EVERY = 25;
const MEMBER_EVERY = 200;
const MEMORY_EVERY = 50;

/**
 * No answer at all within so many milliseconds is one that never comes. A busy machine gave the service one second of twenty, so that a
 * minute is too short; how long an answer took of the service's own time is judged by itself.
 */
const TIMEOUT = 300_000;

const QUESTION = `{ organization(id: "${CALM}") { id name viewerRole billing { status viewerAccess { level } } } }`;

const ANSWER = JSON.stringify({
  data: {
    organization: {
      id: CALM,
      name: `Name of ${CALM}`,
      viewerRole: 'MEMBER',
      billing: { status: 'NONE', viewerAccess: { level: 'READ_ONLY' } },
    },
  },
});

export interface ProberEvents {
  readonly onStall: (stall: Stall, began: number) => void;
  readonly onResident: (megabytes: number) => void;
  readonly onBroken: (law: string, began: number) => void;
}

/** Asks the service all the time, as a load balancer and an ordinary member do, from an address that no attacker comes from. */
export class Prober {
  asked = 0;
  answered = 0;
  /** Begun and going on: the service does nothing else during that, because of the test. */
  private collections = 0;
  private collecting = 0;
  private isOver = false;
  private readonly working: Promise<void>[];
  private readonly kept = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly port: number,
    private readonly processId: number,
    /** Of an ordinary member. */
    private readonly token: string,
    private readonly events: ProberEvents,
  ) {
    this.working = [this.asksForHealth(), this.asksAsMember(), this.looksAtMemory()];
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.working);
    this.kept.destroy();
  }

  /** Runs what makes the service collect its memory. How long `/healthz` waits during that is not judged. */
  async whileCollecting<T>(work: () => Promise<T>): Promise<T> {
    this.collections += 1;
    this.collecting += 1;
    try {
      return await work();
    } finally {
      this.collecting -= 1;
    }
  }

  /** On a connection that stays, and on a new one, in turn: a balancer opens one for each question. */
  private async asksForHealth(): Promise<void> {
    while (!this.isOver) {
      const began = performance.now();
      const { collections, collecting } = this;
      const before = [processorShare(this.processId), processorShare(process.pid)] as const;
      const isNew = this.asked % 2 === 1;
      this.asked += 1;
      const answer = await this.health(isNew ? new Agent() : this.kept);
      const waited = performance.now() - began;
      const [service, asking] = [processorShare(this.processId), processorShare(process.pid)].map((now, index) => ({
        ran: now.ran - before[index]!.ran,
        queued: now.queued - before[index]!.queued,
      }));
      const isOfTest = collecting > 0 || this.collections > collections;
      const stall = stallOf({ waited, service: service!, asking: asking! });
      if (!isOfTest) this.events.onStall(stall, began);
      const broken = answer === 'OK' ? (isOfTest ? null : brokenByStall(stall)) : `/healthz was answered ${answer}`;
      if (broken) this.events.onBroken(broken, began);
      await passes(HEALTH_EVERY);
    }
  }

  private health(agent: Agent): Promise<string> {
    return new Promise((resolve) => {
      const signal = AbortSignal.timeout(TIMEOUT);
      const asked = get({ host: '127.0.0.1', port: this.port, path: '/healthz', agent, signal }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode === 200 ? 'OK' : String(response.statusCode)));
      }).on('error', (error: NodeJS.ErrnoException) => {
        // The service may close a connection on which nothing has been asked for a while, and the question crosses that.
        if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(this.health(new Agent()));
        else resolve(String(error));
      });
    });
  }

  private async asksAsMember(): Promise<void> {
    while (!this.isOver) {
      const began = performance.now();
      const answer = await this.member();
      if (answer === ANSWER) this.answered += 1;
      else this.events.onBroken(`an ordinary member was answered ${answer.slice(0, 300)}`, began);
      await passes(MEMBER_EVERY);
    }
  }

  private member(): Promise<string> {
    return new Promise((resolve) => {
      const body = JSON.stringify({ query: QUESTION });
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: `Bearer ${this.token}`,
      };
      const signal = AbortSignal.timeout(TIMEOUT);
      const options = { host: '127.0.0.1', port: this.port, path: '/graphql', method: 'POST', headers, signal };
      request({ ...options, agent: new Agent() }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => resolve(Buffer.concat(pieces).toString().trim()));
      })
        .on('error', (error) => resolve(String(error)))
        .end(body);
    });
  }

  private async looksAtMemory(): Promise<void> {
    while (!this.isOver) {
      this.events.onResident(residentMegabytes(this.processId));
      await passes(MEMORY_EVERY);
    }
  }
}
