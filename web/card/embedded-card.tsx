import type { Client } from '@urql/core';
import { useEffect, useState } from 'react';
import { Provider } from 'urql';
import { AccessChanged, CardOpening } from '../documents/access-documents';
import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { type WatchDocuments, type Watched, watchOrganization } from '../live/watch-organization';
import { CardBoundary } from '../look/boundary';
import { ClockContext } from '../look/use-now';
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
  /** The service's time. */
  readonly now: () => number;
  readonly organizationId: string;
  readonly root: ShadowRoot;
}

/** The card without the page: it requests less, and is in a shadow tree. */
export function EmbeddedCard({ api, live, session, now, organizationId, root }: EmbeddedCardProps) {
  const [watch] = useState(() => watchOrganization(api, live, organizationId, DOCUMENTS));
  const state = useCell(watch.state);
  const signIn = useCell(session.state);
  const connection = useCell(live.connection);
  const settled = useSettled(connection, WORTH_TELLING);
  useEffect(() => watch.start(), [watch]);

  return (
    <Provider value={api}>
      <div className="embedded">
        {state.status === 'open' ? (
          <ClockContext.Provider value={now}>
            <RosterContext.Provider value={{ api, open: state, watch, root }}>
              <CardBoundary title="Billing admins">
                <RequestAccess />
                <BillingAdminsCard />
              </CardBoundary>
            </RosterContext.Provider>
          </ClockContext.Provider>
        ) : (
          <div
            className={`card ${state.status === 'loading' && signIn.status === 'signed-in' ? 'waiting' : ''}`}
            role="status"
          >
            {instead()}
            {tryAgain()}
          </div>
        )}
        <p className="notice-line" role="status">
          {state.status === 'open' && notice()}
          {state.status === 'open' && tryAgain()}
        </p>
      </div>
    </Provider>
  );

  function tryAgain() {
    const again = state.status === 'failed' ? watch.retry : signIn.status === 'failing' ? session.retry : null;
    return (
      again && (
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
      )
    );
  }

  function instead(): string {
    if (signIn.status === 'signed-out') return 'Sign in to see who may manage billing.';
    if (signIn.status === 'failing') return `${signIn.problem.message} `;
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
    if (signIn.status === 'signed-out') return 'Your sign-in has ended. Sign in again, and this goes on.';
    if (connection === 'offline') return 'You are offline. This may be out of date.';
    if (signIn.status === 'failing') return `This may be out of date. ${signIn.problem.message} `;
    if (connection === 'reconnecting' && settled === 'reconnecting') return 'The connection was lost. Reconnecting…';
    return '';
  }
}
