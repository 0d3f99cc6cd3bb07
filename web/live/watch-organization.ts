import type { Client } from '@urql/core';
import type { TadaDocumentNode } from 'gql.tada';
import type { Access } from '../documents/access-documents';
import {
  type Roster,
  RosterChanged,
  type RosterChange,
  type RosterEvent,
  RosterVersion,
} from '../documents/roster-documents';
import { createCell, type Readable } from './cell';
import type { Live } from './connect-live';
import { follow } from './follow';

/** The least that is asked about an organization; the page asks for more than the card. */
export interface Watched {
  readonly id: string;
  readonly name: string;
  readonly viewerRole: 'OWNER' | 'ADMIN' | 'MEMBER';
  readonly billing: Access;
}

/** A change of the roster that was told while this page was open. */
export interface ToldChange extends RosterChange {
  readonly version: number;
}

/** What happened while the connection was lost: the versions after `from` and up to `to`. */
export interface Missed {
  readonly from: number;
  readonly to: number;
  /** More was missed than is told one by one. */
  readonly isTooMuch: boolean;
}

export interface OpenOrganization<Organization extends Watched> {
  readonly status: 'open';
  readonly viewerId: string;
  readonly organization: Organization;
  readonly roster: Roster;
  /** Newest first. */
  readonly changes: readonly ToldChange[];
  readonly missed: Missed | null;
  /** Counts changes other than the roster's, after which parts of the page query again. */
  readonly news: { readonly count: number; readonly kind: string | null };
}

export type OrganizationState<Organization extends Watched> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed' }
  /** Not a member, or no such organization: the service tells nobody which. */
  | { readonly status: 'absent' }
  /** No member any more, since a moment ago. */
  | { readonly status: 'lost'; readonly name: string }
  | OpenOrganization<Organization>;

export interface OrganizationWatch<Organization extends Watched> {
  readonly state: Readable<OrganizationState<Organization>>;
  /** An answer to a mutation carries the roster too. */
  readonly takeRoster: (roster: Roster) => void;
  readonly takeBilling: (billing: Organization['billing']) => void;
  /** What the viewer may do, of an answer that says no more than that. */
  readonly takeAccess: (access: Access) => void;
  readonly forgetMissed: () => void;
  /** Asks and follows, until the function that it returns is called. */
  readonly start: () => () => void;
  /** Asks from the beginning, after a failure. */
  readonly retry: () => void;
}

/** What to ask at first and what to follow then; both say the same about an organization. */
export interface WatchDocuments<Organization extends Watched> {
  readonly opening: TadaDocumentNode<
    { viewer: { id: string }; organization: (Organization & { billingAdmins: Roster }) | null },
    { organizationId: string }
  >;
  readonly changed: TadaDocumentNode<
    { billingChanged: { sequence: number; kind: string | null; organization: Organization } },
    { organizationId: string; afterSequence?: number | null }
  >;
}

/** Told changes that are kept; the list of what is new shows fewer. */
const MOST_KEPT = 200;

/** Everything that a page about one organization shows, as it is now, from one question and two subscriptions. */
export function watchOrganization<Organization extends Watched>(
  api: Client,
  live: Live,
  organizationId: string,
  { opening, changed }: WatchDocuments<Organization>,
): OrganizationWatch<Organization> {
  const state = createCell<OrganizationState<Organization>>({ status: 'loading' });
  const stops: (() => void)[] = [];
  let isStarted = false;

  const update = (change: (open: OpenOrganization<Organization>) => Partial<OpenOrganization<Organization>>) => {
    const open = state.get();
    if (open.status === 'open') state.set({ ...open, ...change(open) });
  };

  /** An answer that was under way when a change arrived must not bring the older roster back. */
  const newer = (roster: Roster) => update((open) => (roster.version >= open.roster.version ? { roster } : {}));

  const ask = async () => {
    const { data } = await api.query(opening, { organizationId }).toPromise();
    return data;
  };

  /** What the viewer may do depends on the roster, and is told by no event of it. */
  const askAgain = async () => {
    const data = await ask();
    if (!data?.organization || !isStarted) return;
    const { billingAdmins, ...organization } = data.organization;
    newer(billingAdmins);
    update(() => ({ organization: organization as unknown as Organization }));
  };

  const lost = () => {
    const open = state.get();
    if (open.status === 'open') state.set({ status: 'lost', name: open.organization.name });
    end();
  };
  const end = () => stops.splice(0).forEach((stop) => stop());

  const takeRosterEvent = ({ version, change, roster }: RosterEvent) => {
    if (change)
      update(({ changes }) =>
        // A subscription that had to start over may repeat what is known.
        changes.some((told) => told.version === version)
          ? {}
          : { changes: [{ ...change, version }, ...changes].slice(0, MOST_KEPT) },
      );
    // Nothing else than too much to tell brings the roster whole to somebody who resumes.
    else
      update(({ roster: shown, missed }) => ({
        missed: { from: missed?.from ?? shown.version, to: version, isTooMuch: true },
      }));
    newer(roster);
    const open = state.get();
    if (!change || (open.status === 'open' && change.user.id === open.viewerId)) void askAgain();
  };

  const begin = async () => {
    const data = await ask();
    if (!isStarted) return;
    if (!data) return state.set({ status: 'failed' });
    if (!data.organization) return state.set({ status: 'absent' });
    const { billingAdmins: roster, ...organization } = data.organization;
    state.set({
      status: 'open',
      viewerId: data.viewer.id,
      organization: organization as unknown as Organization,
      roster,
      changes: [],
      missed: null,
      news: { count: 0, kind: null },
    });

    let position = roster.version;
    stops.push(
      follow(
        live,
        RosterChanged,
        { organizationId, afterVersion: roster.version },
        { variable: 'afterVersion', of: ({ billingAdminRosterChanged: { version } }) => version },
        {
          next: ({ billingAdminRosterChanged: event }) => {
            position = event.version;
            takeRosterEvent(event);
          },
          lost,
        },
      ),
      follow(
        live,
        changed,
        { organizationId },
        { variable: 'afterSequence', of: ({ billingChanged: { sequence } }) => sequence },
        {
          next: ({ billingChanged: { kind, organization } }) =>
            update(({ news }) => ({ organization, news: { count: news.count + 1, kind } })),
          lost,
        },
      ),
      live.onReturn(() => {
        const from = position;
        void api
          .query(RosterVersion, { organizationId })
          .toPromise()
          .then(({ data }) => {
            const to = data?.organization?.billingAdmins.version ?? from;
            // What was missed before, and nobody has looked at yet, is still to be shown.
            if (to > from)
              update(({ missed }) => ({ missed: { isTooMuch: false, ...missed, from: missed?.from ?? from, to } }));
          });
        // Names, roles and access may have changed without an event of ours.
        void askAgain();
      }),
    );
  };

  return {
    state,
    takeRoster: newer,
    takeBilling: (billing) => update(({ organization }) => ({ organization: { ...organization, billing } })),
    takeAccess: (access) =>
      update(({ organization }) => ({
        organization: { ...organization, billing: { ...organization.billing, ...access } },
      })),
    forgetMissed: () => update(() => ({ missed: null })),
    retry: () => {
      end();
      state.set({ status: 'loading' });
      void begin();
    },
    start: () => {
      isStarted = true;
      void begin();
      return () => {
        isStarted = false;
        end();
      };
    },
  };
}
