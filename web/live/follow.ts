import { stringifyDocument } from '@urql/core';
import type { TadaDocumentNode } from 'gql.tada';
import type { FormattedExecutionResult } from 'graphql-ws';
import type { Live } from './connect-live';
import { withShownTexts } from './shown-texts';

/** Pause before a subscription that the service had to end is begun again, in milliseconds. */
const PAUSE = 2_000;

interface Following<Result> {
  /** Position of the event, where there is one. */
  readonly next: (result: Result) => void;
  /** The viewer may not watch any more; nothing comes after it. */
  readonly lost: () => void;
}

/**
 * Follows one subscription through reconnects, faults of the service and restored backups, without a gap. `position` names the
 * variable that resumes it and reads the place of an event.
 */
export function follow<Result, Variables extends Record<string, unknown>>(
  { client }: Live,
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  position: { readonly variable: string; readonly of: (result: Result) => number },
  { next, lost }: Following<Result>,
): () => void {
  const query = stringifyDocument(document);
  // graphql-ws repeats a subscription with the variables as they stand when it reconnects: the position is kept in them.
  const current: Record<string, unknown> = { ...variables };
  let stopped = false;
  let stop = () => {};
  let again: ReturnType<typeof setTimeout> | undefined;

  const begin = () => {
    let failure: string | undefined;
    const repeat = () => {
      if (stopped) return;
      if (failure === 'FORBIDDEN') return lost();
      // The service has an older backup of its database than we have seen.
      if (failure === 'BAD_USER_INPUT') delete current[position.variable];
      again = setTimeout(begin, PAUSE);
    };
    stop = client.subscribe<Result>(
      { query, variables: current },
      {
        next: (result: FormattedExecutionResult<Result, unknown>) => {
          if (!result.data) {
            failure = (result.errors?.[0]?.extensions as { code?: string } | undefined)?.code ?? 'UNKNOWN';
            return;
          }
          current[position.variable] = position.of(result.data);
          next(withShownTexts(result.data));
        },
        error: repeat,
        complete: repeat,
      },
    );
  };
  begin();

  return () => {
    stopped = true;
    clearTimeout(again);
    stop();
  };
}
