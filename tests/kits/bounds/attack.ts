import { Agent, request as requestOverHttp, type OutgoingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { tokenOf } from '../faults/caller';
import { comesTrue } from '../basics/passing-time';
import type { Random } from '../basics/random';
import { ADMINS, HOST_SCOPES, memberId, ownerId, OWNERS } from './service-under-attack';
import { brokenByAnswer, brokenByClose, brokenByResult } from './verdicts';

/** Who sends an input. */
export type Role = 'anonymous' | 'forger' | 'stranger' | 'member' | 'admin' | 'owner' | 'host';

export const ROLES: readonly Role[] = ['anonymous', 'forger', 'stranger', 'member', 'admin', 'owner', 'host'];

/** Longest that an answer may take on a busy machine, in milliseconds; whether the service stalls is seen elsewhere. */
const TIMEOUT = 300_000;

/** Addresses of this machine that attackers come from: none of them is the one that asks for `/healthz`. */
const FIRST_ADDRESS = 2;
const ADDRESSES = 200;

const MEMBERS_WHO_ATTACK = 100;

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface AttackEvents {
  /** An input begins, or the next part of it. */
  readonly onStep: (step: string) => void;
  readonly onBroken: (law: string) => void;
  /** Counts what was answered. */
  readonly onAnswer: (what: string) => void;
  /** What the service holds after a collection above what it held when the input began, in megabytes. */
  readonly heldBecauseOfIt: () => Promise<number>;
}

/** Makes the tokens of all roles once, because signing is not part of an input. */
export async function signIn(): Promise<(role: Role, random: Random) => string | null> {
  const several = (count: number, idOf: (index: number) => string, scope = '') =>
    Promise.all(Array.from({ length: count }, (_, index) => tokenOf(idOf(index), scope)));
  const tokens = {
    forger: ['none.of.these', `${await tokenOf('owner-0')}x`, 'a'.repeat(8_000)],
    stranger: await several(20, (index) => `stranger-${index}`),
    member: await several(MEMBERS_WHO_ATTACK, (index) => memberId(ADMINS + index)),
    admin: await several(ADMINS, memberId),
    owner: await several(OWNERS, ownerId),
    host: await several(5, (index) => `host-${index}`, HOST_SCOPES),
  };
  return (role, random) => {
    if (role === 'anonymous') return null;
    const all = tokens[role];
    return all[Math.floor(random() * all.length)] ?? null;
  };
}

/** What one hostile input works with. Everything that it has opened is closed when it is over. */
export class Attack {
  private readonly agent: Agent;
  private readonly opened = new Set<Socket | WebSocket>();
  readonly address: string;

  constructor(
    readonly port: number,
    readonly random: Random,
    private readonly tokens: (role: Role, random: Random) => string | null,
    private readonly events: AttackEvents,
  ) {
    this.address = `127.0.0.${FIRST_ADDRESS + Math.floor(random() * ADDRESSES)}`;
    this.agent = new Agent({ keepAlive: true, localAddress: this.address });
  }

  token(role: Role): string | null {
    return this.tokens(role, this.random);
  }

  pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)]!;
  }

  /** Says what it is at, so that a stall names it. */
  step(name: string): void {
    this.events.onStep(name);
  }

  breaks(law: string): void {
    this.events.onBroken(law);
  }

  /** Sends a body of GraphQL over HTTP as it is, and judges the answer. */
  async post(role: Role, body: string, headers: OutgoingHttpHeaders = {}): Promise<Answered | null> {
    return this.send({ method: 'POST', path: '/graphql', role, body, headers, isGraphql: true });
  }

  /** Sends a request that Node can make, and judges the answer. Null if the connection was closed without one. */
  async send({
    method,
    path,
    role = 'anonymous',
    body = '',
    headers = {},
    isGraphql = false,
    mayBe = [],
  }: {
    readonly method: string;
    readonly path: string;
    readonly role?: Role;
    readonly body?: string | Buffer;
    readonly headers?: OutgoingHttpHeaders;
    readonly isGraphql?: boolean;
    /** Status codes that are right here, and would be a fault elsewhere. */
    readonly mayBe?: readonly number[];
  }): Promise<Answered | null> {
    const token = this.token(role);
    const answer = await new Promise<Answered | null>((resolve) => {
      const request = requestOverHttp({
        host: '127.0.0.1',
        port: this.port,
        localAddress: this.address,
        agent: this.agent,
        method,
        path,
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body.length > 0 && { 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      request.on('error', (error) => {
        if (error.name === 'AbortError') this.breaks(`did not answer ${method} ${path.slice(0, 80)} in ${TIMEOUT} ms`);
        resolve(null);
      });
      request.on('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', () => resolve(null));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(pieces).toString(),
            headers: response.headers,
          }),
        );
      });
      request.end(body);
    });
    this.count(answer);
    if (answer && !mayBe.includes(answer.status))
      for (const law of brokenByAnswer({ ...answer, isGraphql })) this.breaks(law);
    return answer;
  }

  /** A connection on which anything can be written. What comes back is judged by its status lines. */
  async connection(): Promise<RawConnection> {
    const socket = connect({ host: '127.0.0.1', port: this.port, localAddress: this.address });
    this.opened.add(socket);
    const raw = new RawConnection(socket, this);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    return raw;
  }

  /** A WebSocket; signed in unless `role` is null. Null if the service did not open one. */
  async socket(
    role: Role | null,
    { protocols = ['graphql-transport-ws'], ...options }: ClientOptions & { readonly protocols?: string[] } = {},
  ): Promise<HostileSocket | null> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/graphql`, protocols, {
      localAddress: this.address,
      ...options,
    });
    this.opened.add(socket);
    const hostile = new HostileSocket(socket, this);
    await Promise.race([once(socket, 'open'), hostile.closed]).catch(() => undefined);
    if (socket.readyState !== socket.OPEN) return null;
    if (role === null) return hostile;
    hostile.say({ type: 'connection_init', payload: { authorization: `Bearer ${this.token(role)}` } });
    await hostile.until(() => hostile.isSignedIn);
    return hostile;
  }

  /** What the service holds because of this input may not be more than so many megabytes. */
  async holdsAtMost(megabytes: number): Promise<void> {
    const held = await this.events.heldBecauseOfIt();
    if (held > megabytes)
      this.breaks(`made the service hold ${Math.round(held)} MB, and at most ${megabytes} is right`);
  }

  count(answer: Answered | null): void {
    this.countAnswer(answer ? String(answer.status) : 'closed');
  }

  countAnswer(what: string): void {
    this.events.onAnswer(what);
  }

  close(): void {
    this.agent.destroy();
    for (const socket of this.opened) {
      if (socket instanceof WebSocket) socket.terminate();
      else socket.destroy();
    }
  }
}

/** A connection without a protocol of its own. */
export class RawConnection {
  private text = '';
  isClosed = false;
  readonly closed: Promise<void>;

  constructor(
    private readonly socket: Socket,
    private readonly attack: Attack,
  ) {
    socket.on('error', () => undefined);
    socket.on('data', (piece) => this.take(piece.toString('latin1')));
    this.closed = new Promise((resolve) =>
      socket.on('close', () => {
        this.isClosed = true;
        resolve();
      }),
    );
  }

  /** Status codes that have come back. */
  readonly statuses: number[] = [];

  write(data: string | Buffer): boolean {
    return this.socket.writable && this.socket.write(data);
  }

  /** From now on nothing is taken from the network. */
  stopReading(): void {
    this.socket.pause();
  }

  end(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Until an answer has come, the connection has been closed, or the time is over, in milliseconds. */
  async answers(count: number, timeout: number): Promise<void> {
    await comesTrue(() => this.isClosed || this.statuses.length >= count, timeout, 20);
  }

  private take(piece: string): void {
    // Enough for a status line that was cut in two.
    this.text = this.text.slice(-40) + piece;
    const seen = /HTTP\/1\.[01] (\d{3}) /g;
    let last = 0;
    for (const match of this.text.matchAll(seen)) {
      const status = Number(match[1]);
      this.statuses.push(status);
      this.attack.countAnswer(String(status));
      if (status >= 500) this.attack.breaks(`answered ${status}`);
      last = match.index + match[0].length;
    }
    this.text = this.text.slice(last);
  }
}

interface Message {
  readonly type?: string;
  readonly payload?: unknown;
}

export class HostileSocket {
  isSignedIn = false;
  isClosed = false;
  /** Messages that have come. */
  heard = 0;
  readonly closed: Promise<void>;

  constructor(
    readonly socket: WebSocket,
    private readonly attack: Attack,
  ) {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => this.take(data));
    socket.on('unexpected-response', (_request, response) => {
      attack.countAnswer(String(response.statusCode));
      if ((response.statusCode ?? 0) >= 500) attack.breaks(`answered ${response.statusCode} to an upgrade`);
      socket.terminate();
    });
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => {
        this.isClosed = true;
        attack.countAnswer(`closed with ${code}`);
        const broken = brokenByClose(code, reason.toString());
        if (broken) attack.breaks(broken);
        resolve();
      }),
    );
  }

  say(message: object | string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.say({ type: 'subscribe', id, payload: { query, variables } });
  }

  stopReading(): void {
    this.socket.pause();
  }

  /** Until it is so, the socket has been closed, or the time is over. */
  async until(isSo: () => boolean, timeout = TIMEOUT): Promise<boolean> {
    return comesTrue(() => this.isClosed || isSo(), timeout, 20);
  }

  private take(data: Buffer): void {
    this.heard += 1;
    const { type, payload } = JSON.parse(data.toString()) as Message;
    if (type === 'connection_ack') this.isSignedIn = true;
    const broken =
      type === 'next' ? brokenByResult(payload) : type === 'error' ? brokenByResult({ errors: payload }) : [];
    for (const law of broken) this.attack.breaks(law);
    if (type === 'next' || type === 'error') this.attack.countAnswer(`socket ${type}`);
  }
}
