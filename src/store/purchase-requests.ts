import { compareAsBytes } from './byte-order';
import type { Reader, Writer } from './database';
import { expression, type RowOf, select } from './schema/select';
import { purchaseRequests } from './schema/tables';

const REQUEST = select(purchaseRequests.all);

/** A purchase over the spending policy (T4). Amounts in the catalog's minor unit, times in milliseconds since the epoch. */
export type PurchaseRequestRow = RowOf<typeof purchaseRequests.all>;

export async function insertPurchaseRequest(writer: Writer, request: PurchaseRequestRow): Promise<void> {
  await purchaseRequests.insert(writer, request);
}

export async function updatePurchaseRequest(
  writer: Writer,
  { id }: Pick<PurchaseRequestRow, 'id'>,
  values: Partial<PurchaseRequestRow>,
): Promise<void> {
  await purchaseRequests.update(writer, { id }, values);
}

/** The request, if it is this organization's. */
export function findPurchaseRequest(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<PurchaseRequestRow | undefined> {
  return REQUEST.first(reader, 'FROM purchase_requests WHERE organization_id = ? AND id = ?', [organizationId, id]);
}

export function findPurchaseRequestByKey(
  reader: Reader,
  organizationId: string,
  keyHash: string,
): Promise<PurchaseRequestRow | undefined> {
  const rest = 'FROM purchase_requests WHERE organization_id = ? AND key_hash = ?';
  return REQUEST.first(reader, rest, [organizationId, keyHash]);
}

const COUNT = select({ count: expression<number>('COUNT(*)') });

const UNDECIDED = "('OPEN', 'APPROVING')";

export async function countUndecidedPurchaseRequests(reader: Reader, organizationId: string): Promise<number> {
  const rest = `FROM purchase_requests WHERE organization_id = ? AND status IN ${UNDECIDED}`;
  const row = await COUNT.first(reader, rest, [organizationId]);
  return Number(row?.count ?? 0);
}

/** The undecided requests, and those that were decided last, at most `mostDecided`; the newest first. */
export async function newestPurchaseRequests(
  reader: Reader,
  organizationId: string,
  mostDecided: number,
): Promise<PurchaseRequestRow[]> {
  const undecided = await REQUEST.rows(
    reader,
    `FROM purchase_requests WHERE organization_id = ? AND status IN ${UNDECIDED}`,
    [organizationId],
  );
  const decided = await REQUEST.rows(
    reader,
    'FROM purchase_requests WHERE organization_id = ? AND decided_at IS NOT NULL ORDER BY decided_at DESC, id LIMIT ?',
    [organizationId, mostDecided],
  );
  return [...undecided, ...decided].sort(
    (one, other) => other.requestedAt - one.requestedAt || compareAsBytes(one.id, other.id),
  );
}

/** Open requests whose time is over at `now`, by the database's clock. */
export function purchaseRequestsToLapse(
  reader: Reader,
  organizationId: string,
  now: number,
): Promise<PurchaseRequestRow[]> {
  return REQUEST.rows(
    reader,
    "FROM purchase_requests WHERE organization_id = ? AND status = 'OPEN' AND lapses_at <= ? ORDER BY lapses_at, id",
    [organizationId, now],
  );
}

const NEXT = select({ at: expression<number | null>('MIN(lapses_at)') });

/** When the next open request lapses. Null if there is none. */
export async function nextPurchaseLapse(reader: Reader, organizationId: string): Promise<number | null> {
  const rest = "FROM purchase_requests WHERE organization_id = ? AND status = 'OPEN'";
  return (await NEXT.first(reader, rest, [organizationId]))?.at ?? null;
}
