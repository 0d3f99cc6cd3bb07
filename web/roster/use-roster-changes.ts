import type { OperationResult } from '@urql/core';
import { useState } from 'react';
import {
  AddBillingAdmin,
  type GrantTerms,
  type Person,
  RemoveBillingAdmin,
  type Roster,
} from '../documents/roster-documents';
import { changeSentence } from './change-sentence';
import { useRosterContext } from './roster-context';

/** A change that is shown before the service has agreed to it. */
export interface PendingChange {
  readonly kind: 'ADD' | 'REMOVE';
  readonly person: Person;
}

/** Why the last change was taken back, in words, and how to try it again where that makes sense. */
export interface Setback {
  readonly message: string;
  readonly retry?: () => void;
}

interface Payload {
  readonly roster?: Roster | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** The owner's changes: shown at once, and taken back with a reason where the service refuses. */
export function useRosterChanges() {
  const { api, open, watch } = useRosterContext();
  const { viewerId } = open;
  const [pending, setPending] = useState<readonly PendingChange[]>([]);
  const [setback, setSetback] = useState<Setback | null>(null);

  const { id: organizationId } = open.organization;
  /** What is shown at this moment, also to what waits for an answer. */
  const latest = () => {
    const now = watch.state.get();
    return now.status === 'open' ? now : open;
  };

  const attempt = async <Data>(
    change: PendingChange,
    doneMeanwhile: string,
    send: () => Promise<OperationResult<Data>>,
    payloadOf: (data: Data) => Payload | null,
  ): Promise<boolean> => {
    const seen = latest().roster.version;
    setSetback(null);
    setPending((all) => [...all, change]);
    const { data, error } = await send();
    setPending((all) => all.filter((other) => other !== change));
    const payload = data ? payloadOf(data) : undefined;
    if (payload?.roster) watch.takeRoster(payload.roster);
    const [refusal] = payload?.userErrors ?? [];
    if (payload && !refusal) return true;

    const again = () => void attempt(change, doneMeanwhile, send, payloadOf);
    if (refusal?.code === 'VERSION_CONFLICT') {
      const news = latest()
        .changes.filter(({ version }) => version > seen)
        .map((told) => changeSentence(told, viewerId));
      setSetback({
        message: `Nothing was changed, because the list changed while you were looking at it${news.length > 0 ? `: ${news.join(' ')}` : '.'} ${doneMeanwhile}`,
        retry: again,
      });
    } else if (refusal) setSetback({ message: refusal.message });
    else if (error?.graphQLErrors.some(({ extensions }) => extensions.code === 'FORBIDDEN'))
      setSetback({ message: 'Nothing was changed: you are no longer an owner of this organization.' });
    else setSetback({ message: 'The service could not be reached, so nothing may have changed.', retry: again });
    return false;
  };

  return {
    pending,
    setback,
    forgetSetback: () => setSetback(null),
    /** Resolves to whether it was done. */
    add: (person: Person, terms: GrantTerms) =>
      attempt(
        { kind: 'ADD', person },
        `Do you still want to add ${person.name}?`,
        () =>
          api
            .mutation(AddBillingAdmin, {
              input: { organizationId, userId: person.id, ...terms, expectedVersion: latest().roster.version },
            })
            .toPromise(),
        (data) => data.addBillingAdmin,
      ),
    remove: (person: Person) =>
      attempt(
        { kind: 'REMOVE', person },
        `Do you still want to remove ${person.name}?`,
        () =>
          api
            .mutation(RemoveBillingAdmin, {
              input: { organizationId, userId: person.id, expectedVersion: latest().roster.version },
            })
            .toPromise(),
        (data) => data.removeBillingAdmin,
      ),
  };
}

export type RosterChanges = ReturnType<typeof useRosterChanges>;
