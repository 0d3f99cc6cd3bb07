import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { Unavailable } from '../../domain/refusals';
import type { OperationContext } from '../context';
import { budgetOf } from '../cost/cost-of-answer';
import type { Execute } from '../execution/planned-execution';
import { isPromise } from '../execution/is-promise';

/** How often a response is made before the caller gets SERVICE_UNAVAILABLE: each time the viewer's access changed during it. */
const MOST_TRIES = 3;

/**
 * An answer that was made with access that the viewer still has (A8). Where that was read too long ago it is read again as the last
 * thing before the answer leaves; where it is another by then, the answer is made again. Mutation fields do not run again (see
 * `runMutationsOnce`).
 */
export function executeConfirmed(execute: Execute, args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const answer = execute(args);
  // What had nothing to wait for has read no access.
  return isPromise(answer) ? confirmed(execute, args, answer) : answer;
}

/** The same execution, in which each answer is confirmed; where that cannot be done, the answer says so. */
export function confirmingAccess(execute: Execute): Execute {
  return (args) => {
    const answer = executeConfirmed(execute, args);
    return isPromise(answer) ? answer.catch(refused) : answer;
  };
}

async function confirmed(
  execute: Execute,
  args: ExecutionArgs,
  first: Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const context = args.contextValue as OperationContext;
  let answer = await first;
  for (let tries = 1; ; tries++) {
    const holds = context.reads.accessHolds();
    if (holds === true || (await holds)) return answer;
    if (tries === MOST_TRIES) throw new Unavailable("The viewer's access changed each time the answer was made.");
    context.reads = context.freshReads(context);
    context.budget = budgetOf(context);
    answer = await execute(args);
  }
}

function refused(error: unknown): ExecutionResult {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return { data: null, errors: [new GraphQLError(originalError.message, { originalError })] };
}
