import type { GrantAccess } from '../../domain/access/permissions';
import { type Grant, USUAL_GRANT } from '../../domain/roster/grants';

/** The grant that an input asks for. What it leaves out is as usual. */
export function grantOfInput(input: { readonly access?: GrantAccess | null; readonly expiresAt?: Date | null }): Grant {
  return {
    access: input.access ?? USUAL_GRANT.access,
    expiresAt: input.expiresAt?.getTime() ?? USUAL_GRANT.expiresAt,
  };
}
