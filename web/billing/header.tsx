import { useId } from 'react';
import type { Viewer } from '../documents/billing-documents';
import type { Connection, Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { Initials } from '../look/initials';

const WORDS: Record<Connection, string> = {
  idle: '',
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
};

interface HeaderProps {
  readonly viewer: Viewer | null;
  readonly organizationId: string | null;
  readonly onChoose: (organizationId: string) => void;
  readonly live: Live;
}

export function Header({ viewer, organizationId, onChoose, live }: HeaderProps) {
  const connection = useCell(live.connection);
  const organizations = viewer?.organizations ?? [];
  const current = organizations.find(({ id }) => id === organizationId);
  const label = useId();

  return (
    <header className="top">
      <div className="top-inner">
        <svg className="mark" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
          <rect width="32" height="32" rx="8" className="mark-background" />
          <circle cx="13" cy="12.5" r="4.5" className="mark-line" />
          <path d="M5.500 25c.8-4.200 3.700-6.300 7.500-6.300 1.600 0 3 .4 4.200 1.100" className="mark-line" />
          <path d="M19 23.500l2.800 2.800 5-5.800" className="mark-tick" />
        </svg>
        {organizations.length > 1 || (organizations.length === 1 && !current) ? (
          <>
            <label className="hidden-text" id={label} htmlFor="organization">
              Organization
            </label>
            <select
              id="organization"
              className="switcher"
              value={current?.id ?? ''}
              onChange={(event) => onChoose(event.target.value)}
            >
              {!current && (
                <option value="" disabled>
                  Choose an organization
                </option>
              )}
              {organizations.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </>
        ) : (
          <span className="top-name">{current?.name ?? ''}</span>
        )}
        <span className="connection" data-state={connection} role="status">
          <span className="connection-dot" aria-hidden="true" />
          <span className="connection-word">{WORDS[connection]}</span>
        </span>
        {viewer && (
          <span className="viewer">
            <Initials id={viewer.id} name={viewer.user?.name ?? viewer.id} />
            <span className="viewer-name">{viewer.user?.name ?? viewer.id}</span>
          </span>
        )}
      </div>
    </header>
  );
}
