import { bringForward } from './bring-forward';
import type { Caller } from './caller';
import { pick, type Writing } from './writers';

/** Above all packs of the catalog, and below the cheapest, in cents; each policy adds a number of its own. */
const ROOM = 10_000_000;
const NO_ROOM = 0;

/** Where payers come back to. */
export const RETURN_ORIGIN = 'https://app.example';
const RETURN_URL = `${RETURN_ORIGIN}/billing`;

const REQUEST = 'purchaseRequest { id status }';

/** In what a decision ends, and the entry that tells of it. */
const KINDS: Readonly<Record<string, string>> = {
  APPROVED: 'PURCHASE_APPROVED',
  DECLINED: 'PURCHASE_DECLINED',
  WITHDRAWN: 'PURCHASE_WITHDRAWN',
};

let policies = 0;

/** An owner sets a policy, a billing admin buys; what is over the policy is decided by an owner, withdrawn, lapses, or stays open. */
export async function buys(writing: Writing, organizationId: string): Promise<void> {
  const { callers, ports, random, heard, findings, databaseUrl } = writing;
  const { owner, buyer } = callers;
  const anywhere = () => pick(random, ports);
  const limit = (random() < 0.3 ? ROOM : NO_ROOM) + ++policies;
  const perMonthAmount = random() < 0.3 ? 5_000 : null;
  heard.policies.set(limit, 'UNKNOWN');
  const policy = { organizationId, perPurchaseAmount: limit, perMonthAmount };
  const set = await owner.call(anywhere(), 'setSpendingPolicy', policy, 'billing { status }');
  if (set) heard.policies.set(limit, set.userErrors.length === 0 ? 'ACKNOWLEDGED' : 'REFUSED');

  const idempotencyKey = `key-${policies}`;
  const pack = { organizationId, creditPackKey: 'pack_1000', idempotencyKey, returnUrl: RETURN_URL };
  const order = () => buyer.call(anywhere(), 'createTopUpCheckout', pack, `checkoutUrl ${REQUEST}`);
  const ordered = [await order(), ...(random() < 0.3 ? [await order()] : [])];
  const ids = new Set(ordered.flatMap((one) => one?.purchaseRequest?.id ?? []));
  const [id] = ids;
  if (id === undefined) return;
  if (ids.size > 1) findings.breaks(`${organizationId}: one key became two purchase requests.`);
  heard.purchaseIds.add(id);
  const how = pick(random, ['approve', 'approve', 'decline', 'withdraw', 'lapse', 'leave']);
  if (how === 'lapse') {
    heard.madeOlder.add(id);
    await bringForward(databaseUrl(), 'purchase_requests', id);
  }
  if (how === 'lapse' || how === 'leave') return;
  const input = { organizationId, requestId: id, ...(how === 'approve' && { returnUrl: RETURN_URL }) };
  const decided = await (how === 'withdraw' ? buyer : owner).call(anywhere(), `${how}Purchase`, input, REQUEST);
  const kind = KINDS[decided?.purchaseRequest?.status ?? ''];
  if (kind && decided?.userErrors.length === 0) heard.decisions.set(id, kind);
}

/** An owner subscribes, and pays on the sandbox's page, so that packs can be bought. */
export async function subscribes(owner: Caller, port: number, organizationId: string): Promise<void> {
  const input = { organizationId, planKey: 'starter', cadence: 'MONTHLY', returnUrl: RETURN_URL };
  const ordered = await owner.call(port, 'changeSubscription', input, 'checkoutUrl');
  if (!ordered?.checkoutUrl) throw new Error('Nobody can subscribe.');
  const paid = await fetch(ordered.checkoutUrl, {
    method: 'POST',
    body: new URLSearchParams({ do: 'pay' }),
    redirect: 'manual',
  });
  if (paid.status !== 303) throw new Error(`The page for a payment was answered ${paid.status}.`);
}
