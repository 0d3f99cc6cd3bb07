import type { PortalSession, SandboxAccount } from './account';
import { randomId } from './random-id';

/** How long a portal session may be used, and how long its page says that it has ended, in milliseconds of real time. */
const SESSION_LIFE = 30 * 60 * 1000;
const REMEMBERED = 24 * 60 * 60 * 1000;

/** Opens a session and forgets those that ended long ago. */
export function openPortalSession(account: SandboxAccount, returnUrl: string, realTime: number): PortalSession {
  const session = { id: randomId('ps'), returnUrl, expiresAt: realTime + SESSION_LIFE };
  const isRemembered = ({ expiresAt }: PortalSession) => expiresAt + REMEMBERED > realTime;
  account.portalSessions = [...account.portalSessions.filter(isRemembered), session];
  return session;
}
