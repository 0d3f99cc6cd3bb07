import { type ExecutionResult, GraphQLError } from 'graphql';

interface GraphQLRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: unknown;
}

/** One POST. Refusals come as JSON as well, whatever their status is, and are shown as they are. */
export async function sendOverHttp(
  url: string,
  request: GraphQLRequest,
  headers?: Record<string, string>,
): Promise<ExecutionResult> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        ...headers,
      },
      body: JSON.stringify(request),
    });
  } catch (error) {
    return failure(`The request was not answered: ${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    return (await response.json()) as ExecutionResult;
  } catch {
    return failure(`The answer is not JSON: ${response.status} ${response.statusText}.`);
  }
}

// As an answer and not thrown: GraphiQL prints what is thrown with its stack, which buries the sentence.
const failure = (message: string): ExecutionResult => ({ errors: [new GraphQLError(message)] });
