import { type DocumentNode, GraphQLError } from 'graphql';
import type { Limits } from './limits';
import { Part, Sum } from './sums';

/** A token of a document with its nodes, its place, and what is known of them. */
const BYTES_OF_A_TOKEN = 1_024;

const BYTES_OF_A_CHARACTER = 2;
const BYTES_OF_A_VALUE = 24;
const BYTES_OF_A_MEMBER = 16;

type HeldLimits = Pick<Limits, 'userHeld' | 'held'>;

/**
 * Bounds what operations on sockets make the service hold for as long as they go on (X4): documents and variables, for each user and for
 * all of them. A document that several operations have is held once, with
 * its text.
 */
export class HeldBytes {
  private readonly all = new Sum();
  private readonly users = new Map<string, Sum>();
  private readonly documents = new WeakMap<DocumentNode, Part>();

  constructor(private readonly limits: HeldLimits) {}

  /** Counts so many bytes of a user's operation until its end. */
  hold(userId: string, bytes: number): HeldByOperation {
    const user = this.users.get(userId) ?? new Sum();
    this.users.set(userId, user);
    user.holds += 1;
    return new HeldByOperation(this, userId, user, bytes);
  }

  /** Why there is no room, or null. */
  refusal(user: Sum): GraphQLError | null {
    const { userHeld, held } = this.limits;
    if (user.value > userHeld)
      return refused(`The operations of a user may hold at most ${userHeld} bytes of documents and variables.`);
    if (this.all.value > held)
      return refused('All operations together hold the maximum of memory. Repeat this one later.');
    return null;
  }

  add(user: Sum, bytes: number): void {
    user.value += bytes;
    this.all.value += bytes;
  }

  share(user: Sum, document: DocumentNode, source: string): Part {
    const part = this.documents.get(document) ?? new Part(bytesOfDocument(document, source));
    this.documents.set(document, part);
    part.holdIn(user);
    part.holdIn(this.all);
    return part;
  }

  release(userId: string, user: Sum, document: Part | null): void {
    document?.releaseFrom(user);
    document?.releaseFrom(this.all);
    user.holds -= 1;
    if (user.holds === 0) this.users.delete(userId);
  }
}

/** What one operation holds. */
export class HeldByOperation {
  private document: Part | null = null;
  private hasEnded = false;

  constructor(
    private readonly held: HeldBytes,
    private readonly userId: string,
    private readonly user: Sum,
    private bytes: number,
  ) {
    held.add(user, bytes);
  }

  /** Why it may not go on, or null. */
  refusal(): GraphQLError | null {
    return this.held.refusal(this.user);
  }

  /** From now on it holds no more than this. */
  keep(bytes: number, document: DocumentNode | null, source: string): void {
    if (this.hasEnded) return;
    this.held.add(this.user, bytes - this.bytes);
    this.bytes = bytes;
    if (document) this.document ??= this.held.share(this.user, document, source);
  }

  /** May be called more than once. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.held.add(this.user, -this.bytes);
    this.held.release(this.userId, this.user, this.document);
  }
}

/** About what a value that came as JSON takes, however deep it is. */
export function bytesOfValue(value: unknown): number {
  let bytes = 0;
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    bytes += BYTES_OF_A_VALUE;
    if (typeof next === 'string') bytes += BYTES_OF_A_CHARACTER * next.length;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, member] of Object.entries(next)) {
      bytes += BYTES_OF_A_MEMBER + (Array.isArray(next) ? 0 : BYTES_OF_A_CHARACTER * name.length);
      left.push(member);
    }
  }
  return bytes;
}

function bytesOfDocument({ tokenCount = 0 }: DocumentNode, source: string): number {
  return BYTES_OF_A_TOKEN * tokenCount + BYTES_OF_A_CHARACTER * source.length;
}

function refused(sentence: string): GraphQLError {
  return new GraphQLError(sentence, { extensions: { code: 'OPERATION_LIMIT_EXCEEDED' } });
}
