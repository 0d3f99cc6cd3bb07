import type { OperationResult } from '@urql/core';
import { useState } from 'react';
import type { Billing } from '../documents/billing-documents';
import { useBilling } from './billing-context';

interface Payload {
  readonly billing?: Billing | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** Sends a change, takes over the billing that it answers, and says in words why it was refused. */
export function useChange() {
  const { watch } = useBilling();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<{ readonly code: string; readonly message: string } | null>(null);

  const send = async <Data, Answer extends Payload>(
    sending: Promise<OperationResult<Data>>,
    payloadOf: (data: Data) => Answer | null,
  ): Promise<Answer | null> => {
    setIsBusy(true);
    setProblem(null);
    const { data, error } = await sending;
    setIsBusy(false);
    const payload = data ? payloadOf(data) : null;
    if (payload?.billing) watch.takeBilling(payload.billing);
    const [refusal] = payload?.userErrors ?? [];
    // What became a request instead is an answer too: the payload has it.
    if (payload && (!refusal || refusal.code === 'APPROVAL_REQUIRED')) return payload;
    const [fault] = error?.graphQLErrors ?? [];
    if (refusal) setProblem(refusal);
    else if (fault?.extensions.code === 'FORBIDDEN')
      setProblem({ code: 'FORBIDDEN', message: 'Nothing was changed: you no longer have billing access.' });
    else setProblem({ code: 'UNREACHABLE', message: 'The service could not be reached. Try again in a moment.' });
    return null;
  };

  return { send, isBusy, problem };
}
