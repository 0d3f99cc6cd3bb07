import type { Client } from '@urql/core';
import { createContext, useContext } from 'react';
import type { Watched, OpenOrganization, OrganizationWatch } from '../live/watch-organization';

/** What the parts of the card share. */
export interface RosterContextValue {
  readonly api: Client;
  readonly open: OpenOrganization<Watched>;
  readonly watch: Pick<OrganizationWatch<Watched>, 'state' | 'takeRoster' | 'takeAccess' | 'forgetMissed'>;
  /** Where the card stands: the document, or the shadow tree of the embedded card. */
  readonly root: Document | ShadowRoot;
}

export const RosterContext = createContext<RosterContextValue | null>(null);

export function useRosterContext(): RosterContextValue {
  const value = useContext(RosterContext);
  if (!value) throw new Error('A part of the card stands outside of it.');
  return value;
}
