import { bringForward } from './bring-forward';
import type { Payload } from './caller';
import { memberInput } from './people';
import { anyTerms, pick, type Writing } from './writers';

const WITHDRAWN = 'ACCESS_REQUEST_WITHDRAWN';
const DECLINED = 'ACCESS_REQUEST_DECLINED';

/**
 * Somebody new joins, asks for access, and leaves once the request is decided in one way or another. Each is another person: one whose
 * request was declined or withdrawn may ask again a day later (R11).
 */
export async function asksForAccess(writing: Writing, organizationId: string): Promise<void> {
  const { callers, ports, random, heard, databaseUrl } = writing;
  const { host, owner } = callers;
  const userId = `new-${Math.floor(random() * 2 ** 31)}`;
  const asker = await callers.newcomer(userId);
  const anywhere = () => pick(random, ports);
  if (
    (await host.change(anywhere(), 'syncMember', userId, memberInput(organizationId, userId, 'MEMBER'))) !== 'CHANGED'
  )
    return;
  const { access, expiresAt } = anyTerms(random);
  const ask = (kind: string) =>
    asker.requestAccess(anywhere(), userId, organizationId, {
      access: kind,
      ...(expiresAt && { grantExpiresAt: expiresAt }),
    });
  const requestId = await ask(access);
  if (requestId) {
    const input = { organizationId, requestId };
    const noteIf = (answer: Payload | null, kind: string) =>
      answer?.request?.id === requestId && answer.userErrors.length === 0 && heard.decisions.set(requestId, kind);
    switch (pick(random, ['withdraw', 'decline', 'approve', 'lapse', 'leave'])) {
      case 'withdraw': {
        const answer = await asker.call(anywhere(), 'withdrawBillingAccessRequest', { organizationId }, REQUEST);
        noteIf(answer, WITHDRAWN);
        break;
      }
      case 'decline': {
        const answer = await owner.call(anywhere(), 'declineBillingAccessRequest', input, REQUEST);
        noteIf(answer, DECLINED);
        break;
      }
      case 'approve':
        // Less than was asked for, or more; and who got less asks for the rest.
        await owner.change(anywhere(), APPROVE, userId, { ...input, grant: { access: 'VIEW' } });
        {
          const more = await ask('MANAGE');
          if (more && more !== requestId)
            await owner.change(anywhere(), APPROVE, userId, { organizationId, requestId: more });
        }
        break;
      case 'lapse':
        heard.madeOlder.add(requestId);
        await bringForward(databaseUrl(), 'access_requests', requestId);
        break;
    }
  }
  await host.change(anywhere(), 'removeMember', userId, { organizationId, userId });
}

const REQUEST = 'request { id }';
const APPROVE = 'approveBillingAccessRequest';
