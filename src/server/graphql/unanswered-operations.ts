import type { OperationDefinitionNode } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { AnsweredOperation } from '../metrics/metrics';

/** The operations on sockets until their first answer, which is the one that counts: what follows are events. */
export class UnansweredOperations {
  private readonly waiting = new WeakMap<SubscribePayload, Pick<AnsweredOperation, 'type' | 'name' | 'startedAt'>>();

  constructor(private readonly onAnswered: (operation: AnsweredOperation) => void) {}

  begin(payload: SubscribePayload): void {
    this.waiting.set(payload, { startedAt: performance.now(), type: 'unknown', name: null });
  }

  /** Says what the document turned out to ask for. */
  is(payload: SubscribePayload, { operation: type, name }: OperationDefinitionNode): void {
    const operation = this.waiting.get(payload);
    if (operation) this.waiting.set(payload, { ...operation, type, name: name?.value ?? null });
  }

  answer(payload: SubscribePayload, errors: AnsweredOperation['errors']): void {
    const operation = this.waiting.get(payload);
    if (!operation) return;
    this.waiting.delete(payload);
    this.onAnswered({ ...operation, transport: 'websocket', errors });
  }
}
