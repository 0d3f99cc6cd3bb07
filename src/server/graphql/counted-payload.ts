import type { GraphQLError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { LiveCost } from '../../graphql/cost/live-cost';
import { bytesOfValue, type HeldByOperation, type HeldBytes } from '../limits/held-bytes';
import type { PreparedOperation } from './prepare-operation';

const LIVE_COST = Symbol('live cost');
const HELD = Symbol('held');
const REFUSAL = Symbol('refusal');

/** The cost of an id's character: the operation's messages contain the id, and each character may be escaped. */
const BYTES_OF_AN_ID_CHARACTER = 8;

/** A payload is there as long as its operation. A map from one to the other would be memory for each of them. */
interface CountedPayload extends SubscribePayload {
  [LIVE_COST]?: LiveCost;
  [HELD]?: HeldByOperation;
  [REFUSAL]?: GraphQLError;
}

/** A message that asks for an operation, as a client has sent it: nothing of it has been looked at. */
export interface AskingMessage {
  readonly id?: unknown;
  payload: SubscribePayload;
}

/** Counts what the message makes the service hold. Where there is no room, nothing of it is kept but why. */
export function countMessage(held: HeldBytes, userId: string, message: AskingMessage): void {
  const counted = held.hold(userId, bytesOfId(message.id) + bytesOfValue(message.payload));
  const refusal = counted.refusal();
  const payload: CountedPayload = refusal ? { query: '' } : message.payload;
  if (refusal) {
    counted.keep(bytesOfId(message.id), null, '');
    payload[REFUSAL] = refusal;
    message.payload = payload;
  }
  payload[HELD] = counted;
}

/** Why the operation may not begin, or null. */
export function refusalOf(payload: CountedPayload): GraphQLError | null {
  return payload[REFUSAL] ?? null;
}

/**
 * Keeps of the payload what is read later, and counts that. graphql-ws keeps the payload as long as the operation, and hands it to each of
 * its hooks. Returns why there is no room for it, or null.
 */
export function keepWhatIsRead(
  id: string,
  payload: { -readonly [Member in keyof CountedPayload]: CountedPayload[Member] },
  { variables, document }: PreparedOperation,
): GraphQLError | null {
  for (const part of Object.keys(payload))
    if (!READ.has(part)) delete (payload as unknown as Record<string, unknown>)[part];
  if (payload.variables) payload.variables = variables;
  const held = payload[HELD];
  const { query, operationName } = payload;
  held?.keep(bytesOfId(id) + bytesOfValue({ operationName, variables }), document, query);
  return held?.refusal() ?? null;
}

const READ = new Set(['query', 'operationName', 'variables']);

/** Notes what is to be ended with the operation, however it ends. */
export function noteLiveCost(payload: CountedPayload, cost: LiveCost): void {
  payload[LIVE_COST] = cost;
}

/** To be called when nothing of the operation goes on. */
export function endCounts(payload: CountedPayload): void {
  payload[LIVE_COST]?.end();
  payload[HELD]?.end();
}

function bytesOfId(id: unknown): number {
  return typeof id === 'string' ? BYTES_OF_AN_ID_CHARACTER * id.length : 0;
}
