interface GraphQLRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: unknown;
}

/** One POST. Refusals come as JSON as well, whatever their status is, and are shown as they are. */
export async function sendOverHttp(url: string, request: GraphQLRequest, headers?: Record<string, unknown>) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(headers as Record<string, string> | undefined),
    },
    body: JSON.stringify(request),
  }).catch((error: unknown) => {
    throw asPlain(`The request was not answered: ${error instanceof Error ? error.message : String(error)}.`);
  });
  return response.json().catch(() => {
    throw asPlain(`The answer is not JSON (${response.status} ${response.statusText}).`);
  });
}

// GraphiQL prints an Error with its stack, which buries the sentence.
const asPlain = (message: string) => ({ message });
