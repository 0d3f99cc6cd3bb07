/** What graphql-ws is given to parse in place of a message's text. */
const STAND_IN = '0';

/**
 * Hands messages to graphql-ws, which holds the text of one that begins an operation, and what it parses of that, until the operation ends.
 * It gets a text that is the same for all, and its reviver makes the message. The source in that, which is equal for thousands, is one
 * string. Without this, an idle subscription holds 0.9 kB more (bench/README.md).
 */
export class MessagesOnce {
  /** What is being handed over. */
  private message: unknown;

  constructor(private readonly heldSource: (source: string) => string) {}

  /** The message. Undefined if it is no JSON, which graphql-ws refuses as it refuses what is no message. */
  read(text: string): unknown {
    const message = parsed(text);
    this.shareSource(message);
    return message;
  }

  hand(message: unknown, take: (message: string) => Promise<void>): Promise<void> {
    this.message = message;
    // It is parsed before this returns.
    const taken = take(STAND_IN);
    this.message = undefined;
    return taken;
  }

  /** graphql-ws's `jsonMessageReviver`. */
  readonly revive = (): unknown => this.message;

  private shareSource(message: unknown): void {
    const payload = (message as { payload?: { query?: unknown } | null } | null | undefined)?.payload;
    if (typeof payload?.query === 'string') payload.query = this.heldSource(payload.query);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
