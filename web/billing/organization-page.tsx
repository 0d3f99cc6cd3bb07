import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { BillingChanged, type Organization, PageOpening, type Viewer } from '../documents/billing-documents';
import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { watchOrganization, type WatchDocuments } from '../live/watch-organization';
import { CardBoundary } from '../look/boundary';
import { BillingAdminsCard } from '../roster/billing-admins-card';
import { RequestAccess } from '../roster/request-access';
import { RosterContext } from '../roster/roster-context';
import { ActivityCard } from './activity-card';
import { AutoRechargeCard } from './auto-recharge-card';
import { BillingContext, useControl } from './billing-context';
import { CheckoutNotice } from './checkout-notice';
import { CreditsCard } from './credits-card';
import { Message } from './message';
import { PlanCard } from './plan-card';
import { PortalCard } from './portal-card';
import { Skeleton } from './skeleton';
import { SpendingCard } from './spending-card';
import { UsageCard } from './usage-card';

const DOCUMENTS: WatchDocuments<Organization> = { opening: PageOpening, changed: BillingChanged };

interface OrganizationPageProps {
  readonly organizationId: string;
  readonly live: Live;
  readonly viewer: Viewer | null;
  readonly onChoose: (organizationId: string) => void;
  /** The viewer belongs to one organization less. */
  readonly onLost: () => void;
}

export function OrganizationPage({ organizationId, live, viewer, onChoose, onLost }: OrganizationPageProps) {
  const api = useClient();
  const [watch] = useState(() => watchOrganization(api, live, organizationId, DOCUMENTS));
  const state = useCell(watch.state);
  useEffect(() => watch.start(), [watch]);
  useEffect(() => {
    if (state.status === 'lost') onLost();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- told once, when it happens
  }, [state.status]);

  const others = (viewer?.organizations ?? []).filter(({ id }) => id !== organizationId);
  switch (state.status) {
    case 'loading':
      return <Skeleton />;
    case 'failed':
      return (
        <Message title="Billing can’t be shown right now">
          <p>The service could not be reached. Nothing is lost.</p>
          <button type="button" className="button primary" onClick={watch.retry}>
            Try again
          </button>
        </Message>
      );
    case 'absent':
    case 'lost':
      return (
        <Message
          title={state.status === 'lost' ? `You no longer belong to ${state.name}` : 'There is nothing for you here'}
        >
          <p>
            {state.status === 'lost'
              ? 'Its billing has been closed to you, and what was shown here is gone.'
              : 'You don’t belong to this organization, or there is none with this address.'}
          </p>
          {others.map(({ id, name }) => (
            <button key={id} type="button" className="button" onClick={() => onChoose(id)}>
              Go to {name}
            </button>
          ))}
        </Message>
      );
    case 'open':
      return (
        <RosterContext.Provider value={{ api, open: state, watch, root: document }}>
          <BillingContext value={{ open: state, watch }}>
            <div className="title-row">
              <h1>Billing</h1>
            </div>
            <CardBoundary title="Back from the payment page">
              <CheckoutNotice />
            </CardBoundary>
            <CardBoundary title="Billing access">
              <RequestAccess />
            </CardBoundary>
            <Cards />
          </BillingContext>
        </RosterContext.Provider>
      );
  }
}

/** In the order in which they are read, one below the other or two side by side. */
function Cards() {
  const hasActivity = useControl('ACTIVITY').available;
  const activity = (
    <CardBoundary title="Activity">
      <ActivityCard />
    </CardBoundary>
  );
  return (
    <div className="rows">
      <div className="columns">
        <CardBoundary title="Billing admins">
          <BillingAdminsCard />
        </CardBoundary>
        <div className="column">
          <CardBoundary title="Plan">
            <PlanCard />
          </CardBoundary>
          <CardBoundary title="Credits">
            <CreditsCard />
          </CardBoundary>
          <CardBoundary title="Spending">
            <SpendingCard />
          </CardBoundary>
        </div>
      </div>
      <div className="columns">
        <div className="column">
          <CardBoundary title="Usage">
            <UsageCard />
          </CardBoundary>
          {!hasActivity && activity}
        </div>
        <div className="column">
          <CardBoundary title="Auto-recharge">
            <AutoRechargeCard />
          </CardBoundary>
          <CardBoundary title="Payment and invoices">
            <PortalCard />
          </CardBoundary>
        </div>
      </div>
      {hasActivity && activity}
    </div>
  );
}
