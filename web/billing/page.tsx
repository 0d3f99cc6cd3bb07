import type { Client } from '@urql/core';
import { useEffect, useRef } from 'react';
import { Provider, useQuery } from 'urql';
import { useSearchParams } from 'wouter';
import { ViewerOpening } from '../documents/billing-documents';
import type { Readable } from '../live/cell';
import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { Boundary } from '../look/boundary';
import type { PersonChange } from '../session/page-session';
import type { Session } from '../session/session';
import { Header } from './header';
import { Message } from './message';
import { OrganizationPage } from './organization-page';
import { PersonChangeDialog } from './person-change-dialog';
import { ConnectionNotice } from './connection-notice';
import { Skeleton } from './skeleton';

interface PageProps {
  readonly session: Session;
  readonly personChange: Readable<PersonChange | null>;
  readonly api: Client;
  readonly live: Live;
}

export function Page({ session, personChange, api, live }: PageProps) {
  const change = useCell(personChange);
  return (
    <Provider value={api}>
      <Boundary fallback={(tryAgain) => <FailedPage onRetry={tryAgain} />}>
        <SignedInPage session={session} live={live} />
      </Boundary>
      {change && <PersonChangeDialog change={change} />}
    </Provider>
  );
}

function SignedInPage({ session, live }: Omit<PageProps, 'api' | 'personChange'>) {
  const isSignedOut = useCell(session.state) === 'signed-out';
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
      <ConnectionNotice live={live} isSignedOut={isSignedOut && viewer !== undefined} />
    </div>
  );

  function content() {
    if (isSignedOut && !viewer)
      return (
        <Message title="You are signed out">
          <p>Open this page from your application, with a new sign-in link. It goes on from there.</p>
        </Message>
      );
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
