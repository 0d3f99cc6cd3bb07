import { randomUUID } from 'node:crypto';

/** What the log calls the operations on sockets: each has a name once there is something to say about it. */
export class OperationIds {
  private readonly ids = new WeakMap<object, string>();

  /** By the operation's payload, which graphql-ws hands to each of its hooks. */
  of(payload: object): string {
    const id = this.ids.get(payload) ?? randomUUID();
    this.ids.set(payload, id);
    return id;
  }
}
