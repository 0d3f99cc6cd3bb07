import { type OrganizationPermission, permits } from '../../domain/access/permissions';
import { isIdentifier } from '../../domain/identifiers';
import { Forbidden } from '../../domain/refusals';
import type { Viewer } from '../../domain/viewer';
import type { Membership } from '../../store/memberships';
import type { Args } from '../around-resolvers';
import type { OperationContext } from '../context';
import { badInput, unauthenticated } from '../errors/graphql-errors';

/** Returns, or throws the caller's error. */
export type Guard = (source: unknown, args: Args, context: OperationContext) => void | Promise<void>;

/** What can be decided by the token alone: before an operation's variables are looked at. */
export type TokenGuard = (viewer: Viewer | null) => void;

export const requireAuthenticated: TokenGuard = (viewer) => {
  if (!viewer) throw unauthenticated();
};

/** The token must carry all scopes of at least one of the lists. */
export function requireScopes(lists: readonly (readonly string[])[]): TokenGuard {
  const needs = `This needs a token with the scope ${lists.map((list) => list.join(' and ')).join(', or ')}.`;
  return (viewer) => {
    requireAuthenticated(viewer);
    const held = viewer?.scopes ?? new Set();
    if (!lists.some((list) => list.every((scope) => held.has(scope)))) throw new Forbidden(needs);
  };
}

export function requirePermission(
  permission: OrganizationPermission,
  findOrganization: (source: unknown, args: Args) => unknown,
): Guard {
  const require = (membership: Membership | null) => {
    if (!permits(membership?.viewerBillingRole ?? null, permission)) throw new Forbidden();
  };
  return (source, args, context) => {
    requireAuthenticated(context.viewer);
    const organizationId = findOrganization(source, args);
    if (typeof organizationId !== 'string') throw new Forbidden();
    if (!isIdentifier(organizationId))
      throw badInput('organizationId must be 1 to 255 printable ASCII characters without a space.');
    // An object that the viewer's access was read for carries it: a promise for each field would cost more than the check.
    const { membership } = (source ?? {}) as { readonly membership?: Membership };
    if (membership?.id === organizationId) return require(membership);
    return context.reads.viewed.load(organizationId).then(require);
  };
}
