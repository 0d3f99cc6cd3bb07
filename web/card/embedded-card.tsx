import type { Client } from '@urql/core';
import { useEffect, useState } from 'react';
import { Provider } from 'urql';
import { AccessChanged, CardOpening } from '../documents/access-documents';
import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { type WatchDocuments, type Watched, watchOrganization } from '../live/watch-organization';
import { CardBoundary } from '../look/boundary';
import { useSettled } from '../look/use-settled';
import { BillingAdminsCard } from '../roster/billing-admins-card';
import { RequestAccess } from '../roster/request-access';
import { RosterContext } from '../roster/roster-context';
import type { Session } from '../session/session';

const DOCUMENTS: WatchDocuments<Watched> = { opening: CardOpening, changed: AccessChanged };

/** A connection that is back within a moment is nothing to tell, in milliseconds. */
const WORTH_TELLING = 700;

interface EmbeddedCardProps {
  readonly api: Client;
  readonly live: Live;
  readonly session: Session;
  readonly organizationId: string;
  readonly root: ShadowRoot;
}

/** The card alone: it asks for less than the page, and stands in a shadow tree. */
export function EmbeddedCard({ api, live, session, organizationId, root }: EmbeddedCardProps) {
  const [watch] = useState(() => watchOrganization(api, live, organizationId, DOCUMENTS));
  const state = useCell(watch.state);
  const isSignedOut = useCell(session.state) === 'signed-out';
  const connection = useCell(live.connection);
  const settled = useSettled(connection, WORTH_TELLING);
  useEffect(() => watch.start(), [watch]);

  return (
    <Provider value={api}>
      <div className="embedded">
        {state.status === 'open' ? (
          <RosterContext.Provider value={{ api, open: state, watch, root }}>
            <RequestAccess />
            <CardBoundary title="Billing admins">
              <BillingAdminsCard />
            </CardBoundary>
          </RosterContext.Provider>
        ) : (
          <div className={`card ${state.status === 'loading' && !isSignedOut ? 'waiting' : ''}`} role="status">
            {instead()}
            {state.status === 'failed' && (
              <button type="button" className="button" onClick={watch.retry}>
                Try again
              </button>
            )}
          </div>
        )}
        <p className="notice-line" role="status">
          {state.status === 'open' && notice()}
        </p>
      </div>
    </Provider>
  );

  function instead(): string {
    if (isSignedOut) return 'Sign in to see who may manage billing.';
    switch (state.status) {
      case 'failed':
        return 'Who may manage billing can’t be shown right now. ';
      case 'absent':
        return 'You don’t belong to this organization, or there is none with this name.';
      case 'lost':
        return `You no longer belong to ${state.name}.`;
      case 'loading':
      case 'open':
        return 'Loading…';
    }
  }

  function notice(): string {
    if (isSignedOut) return 'Your sign-in has ended. Sign in again, and this goes on.';
    if (connection === 'offline') return 'You are offline. This may be out of date.';
    if (connection === 'reconnecting' && settled === 'reconnecting') return 'The connection was lost. Reconnecting…';
    return '';
  }
}
