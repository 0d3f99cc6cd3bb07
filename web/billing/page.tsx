import type { Client } from '@urql/core';
import { useEffect, useRef } from 'react';
import { Provider, useQuery } from 'urql';
import { useSearchParams } from 'wouter';
import { ViewerOpening } from '../documents/billing-documents';
import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { Boundary } from '../look/boundary';
import { ClockContext } from '../look/use-now';
import type { PageSession } from '../session/page-session';
import { Header } from './header';
import { Message } from './message';
import { OrganizationPage } from './organization-page';
import { PersonChangeDialog } from './person-change-dialog';
import { ConnectionNotice } from './connection-notice';
import { SignInMessage } from './sign-in-message';
import { Skeleton } from './skeleton';

interface PageProps {
  readonly signIn: PageSession;
  readonly api: Client;
  readonly live: Live;
  /** The service's time. */
  readonly now: () => number;
}

export function Page({ signIn, api, live, now }: PageProps) {
  const change = useCell(signIn.personChange);
  return (
    <Provider value={api}>
      <ClockContext value={now}>
        <Boundary fallback={(tryAgain) => <FailedPage onRetry={tryAgain} />}>
          <SignedInPage signIn={signIn} live={live} />
        </Boundary>
      </ClockContext>
      {change && <PersonChangeDialog change={change} />}
    </Provider>
  );
}

function SignedInPage({ signIn, live }: Pick<PageProps, 'signIn' | 'live'>) {
  const { session } = signIn;
  const state = useCell(session.state);
  const [{ data, error }, again] = useQuery({ query: ViewerOpening });
  const [parameters, setParameters] = useSearchParams();
  const main = useRef<HTMLElement>(null);

  const viewer = data?.viewer;
  const asked = parameters.get('organization');
  const organizationId = asked ?? viewer?.organizations[0]?.id ?? null;
  const name = viewer?.organizations.find(({ id }) => id === organizationId)?.name;
  useEffect(() => {
    document.title = name ? `Billing · ${name}` : 'Billing';
  }, [name]);

  const choose = (id: string) => {
    setParameters({ organization: id });
    main.current?.focus();
  };

  return (
    <div className="page">
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header viewer={viewer ?? null} organizationId={organizationId} onChoose={choose} live={live} />
      <main id="main" ref={main} tabIndex={-1}>
        {content()}
      </main>
      <ConnectionNotice live={live} signIn={viewer ? state : null} onRetry={session.retry} />
    </div>
  );

  function content() {
    if (state.status !== 'signed-in' && !viewer) return <SignInMessage signIn={signIn} />;
    if (organizationId !== null)
      return (
        <OrganizationPage
          key={organizationId}
          organizationId={organizationId}
          live={live}
          viewer={viewer ?? null}
          onChoose={choose}
          onLost={() => again({ requestPolicy: 'network-only' })}
        />
      );
    if (error)
      return (
        <Message title="Billing can’t be shown right now">
          <p>The service could not be reached. Nothing is lost.</p>
          <button type="button" className="button primary" onClick={() => again({ requestPolicy: 'network-only' })}>
            Try again
          </button>
        </Message>
      );
    if (!viewer) return <Skeleton />;
    return (
      <Message title="No organization yet">
        <p>
          You don’t belong to an organization here. Once somebody adds you to one, its billing is shown on this page.
        </p>
        <button type="button" className="button" onClick={() => again({ requestPolicy: 'network-only' })}>
          Look again
        </button>
      </Message>
    );
  }
}

function FailedPage({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <div className="page">
      <main>
        <Message title="Billing can’t be shown right now">
          <p>Something went wrong on this page. Nothing is lost.</p>
          <button type="button" className="button primary" onClick={onRetry}>
            Try again
          </button>
        </Message>
      </main>
    </div>
  );
}
