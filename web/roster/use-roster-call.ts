import type { OperationResult } from '@urql/core';
import { useState } from 'react';
import type { Access } from '../documents/access-documents';
import type { Roster } from '../documents/roster-documents';
import { useRosterContext } from './roster-context';

interface Payload {
  readonly roster?: Roster | null;
  readonly organization?: { readonly billing: Access } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** Sends a change from a dialog, which stays open with the reason where the service refuses it. */
export function useRosterCall() {
  const { watch } = useRosterContext();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  /** Resolves to whether it was done. */
  const call = async <Data>(
    sending: Promise<OperationResult<Data>>,
    payloadOf: (data: Data) => Payload | null,
  ): Promise<boolean> => {
    setIsBusy(true);
    setProblem(null);
    const { data, error } = await sending;
    setIsBusy(false);
    const payload = data ? payloadOf(data) : null;
    if (payload?.roster) watch.takeRoster(payload.roster);
    if (payload?.organization) watch.takeAccess(payload.organization.billing);
    const [refusal] = payload?.userErrors ?? [];
    if (payload && !refusal) return true;
    if (refusal?.code === 'VERSION_CONFLICT')
      setProblem('Nothing was changed: the list changed at the same moment. Look at it and try again.');
    else if (refusal) setProblem(refusal.message);
    else if (error?.graphQLErrors.some(({ extensions }) => extensions.code === 'FORBIDDEN'))
      setProblem('Nothing was changed: you no longer have the access for this.');
    else setProblem('The service could not be reached, so nothing may have changed. Try again.');
    return false;
  };

  return { call, isBusy, problem };
}
