import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { AskedIterator, StepReceiver } from '../actions/subscriptions/subscriber';
import { onBehalfOf } from '../actions/services';
import { Forbidden } from '../domain/refusals';
import { executeConfirmed } from './access/confirm-access';
import { aroundResolvers, type FieldConfig } from './around-resolvers';
import type { OperationContext, BaseContext } from './context';
import { budgetOf, tellCost } from './cost/cost-of-answer';
import { costLimitExceededIn } from './errors/cost-limit-exceeded';

/** Answers one event of a subscription. */
export type ExecuteEvent = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

type FreshReads = (context: BaseContext) => OperationContext['reads'];

type Answer = IteratorResult<ExecutionResult>;

const nobodyAsks = () => undefined;

const DONE = { done: true, value: undefined } as const;

/** Stands in for an event when the source has failed: the subscription's field throws `error`, which graphql-js then places. */
class Failure {
  constructor(readonly error: unknown) {}
}

/** Thrown for an event that the viewer may no longer see. The subscription continues with the next one. */
export class Withheld extends Error {
  override readonly name = 'Withheld';
}

/** Lets the root fields of subscriptions throw what made their source end, so that it is answered like any refusal (L4). */
export function tellFailuresOfSources(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.SUBSCRIPTION_ROOT_FIELD]: (field: FieldConfig) =>
      aroundResolvers(field, (resolve) => (source, args, context, info) => {
        if (source instanceof Failure) throw source.error;
        return resolve(source, args, context, info);
      }),
  });
}

/**
 * graphql-js's `subscribe`, but for three things: each event is executed with reads of its own, which know nothing of the
 * event before (A8); a source that fails ends with `data: null` and the error at the subscription's field; and a refusal at
 * the start has that same shape (L4). An event that can't be told ends the subscription too: going on would leave a gap that
 * nobody sees, and a client that resumes gets the event (L2).
 */
export async function subscribeToEvents(
  args: ExecutionArgs,
  freshReads: FreshReads,
  executeEvent: ExecuteEvent = execute,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const given = args.contextValue as BaseContext;
  const tooCostly = given.liveCost?.begin();
  if (tooCostly) return answer(new Failure(tooCostly), args, freshReads, executeEvent);
  const context: OperationContext = { ...given, reads: given.freshReads(given), budget: budgetOf(given) };
  const source = await createSourceEventStream({ ...args, contextValue: context });
  if (isAsyncIterable(source)) return new Answers(args, source[Symbol.asyncIterator](), freshReads, executeEvent);
  const isRefusedField = source.errors?.some(({ path }) => path !== undefined);
  return isRefusedField ? { ...source, data: null } : source;
}

/** What stays for as long as the subscription: while nothing happens, this object and the promise of the next answer. */
class Answers implements AsyncIterableIterator<ExecutionResult>, StepReceiver<unknown> {
  private hasEnded = false;
  private answered: (answer: Answer | Promise<Answer>) => void = nobodyAsks;

  constructor(
    private readonly args: ExecutionArgs,
    private readonly events: AsyncIterator<unknown>,
    private readonly freshReads: FreshReads,
    private readonly executeEvent: ExecuteEvent,
  ) {}

  next(): Promise<Answer> {
    if (this.hasEnded) return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.answered = resolve;
      if ('ask' in this.events) (this.events as AskedIterator<unknown>).ask(this);
      else
        this.events.next().then(
          (step) => this.receive(step),
          (error: unknown) => this.fail(error),
        );
    });
  }

  receive(step: IteratorResult<unknown>): void {
    this.answered(step.done ? DONE : this.tell(step.value));
  }

  fail(error: unknown): void {
    this.answered(this.tellFailure(error));
  }

  async return(): Promise<Answer> {
    this.hasEnded = true;
    await this.events.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async tell(event: unknown): Promise<Answer> {
    try {
      const { services, liveCost } = this.args.contextValue as BaseContext;
      const value = await services.boundedWork.make(liveCost?.perEvent ?? 0, () => this.answer(event));
      if (failedOf(Withheld, value)) return await this.next();
      const refusal = failedOf(Forbidden, value) ? new Forbidden() : costLimitExceededIn(value.errors);
      if (value.data == null || refusal) await this.return();
      return { done: false, value: refusal ? await this.answer(new Failure(refusal)) : value };
    } catch (error) {
      return this.tellFailure(error);
    }
  }

  private async tellFailure(error: unknown): Promise<Answer> {
    this.hasEnded = true;
    return { done: false, value: await this.answer(new Failure(error)) };
  }

  private answer(rootValue: unknown): Promise<ExecutionResult> {
    return answer(rootValue, this.args, this.freshReads, this.executeEvent);
  }
}

async function answer(
  rootValue: unknown,
  args: ExecutionArgs,
  freshReads: FreshReads,
  executeEvent: ExecuteEvent,
): Promise<ExecutionResult> {
  const given = args.contextValue as BaseContext;
  const services = onBehalfOf(given.viewer, given.services);
  const own = { ...given, services };
  const contextValue: OperationContext = { ...own, freshReads, reads: freshReads(own), budget: budgetOf(own) };
  const result = await executeConfirmed(executeEvent, { ...args, rootValue, contextValue });
  given.liveCost?.note(contextValue.budget.spent);
  return tellCost(result, contextValue);
}

/** Whether this error prevented the event, wherever it occurred. `Forbidden` if access was lost in the meantime. */
function failedOf(kind: typeof Forbidden | typeof Withheld, { data, errors = [] }: ExecutionResult): boolean {
  return data == null && errors.some(({ originalError }) => originalError instanceof kind);
}

function isAsyncIterable(source: AsyncIterable<unknown> | ExecutionResult): source is AsyncIterable<unknown> {
  return Symbol.asyncIterator in source;
}
