import type { Reader, Writer } from './database';
import { type RowOf, select } from './schema/select';
import { invoices } from './schema/tables';

const { organizationId: _organizationId, ...OF_INVOICE } = invoices.all;
const SELECTED = select(OF_INVOICE);

/** An invoice of an organization. Times in milliseconds since the epoch. */
export type InvoiceRow = RowOf<typeof OF_INVOICE>;

/** The place of an invoice in its organization's list. */
export type InvoicePosition = Pick<InvoiceRow, 'issuedAt' | 'id'>;

/** The organization's invoices, newest first, after the place `after` (null: from the newest), at most `limit`. */
export function invoicesAfter(
  reader: Reader,
  organizationId: string,
  after: InvoicePosition | null,
  limit: number,
): Promise<InvoiceRow[]> {
  const beyond = after ? 'AND issued_at <= ? AND (issued_at < ? OR id < ?)' : '';
  return SELECTED.rows(
    reader,
    `FROM invoices /*! FORCE INDEX (invoices_by_time) */ WHERE organization_id = ? ${beyond} ORDER BY issued_at DESC, id DESC LIMIT ?`,
    [organizationId, ...(after ? [after.issuedAt, after.issuedAt, after.id] : []), limit],
  );
}

/** Invoices that are read or written in one statement. */
const AT_ONCE = 100;

/** Stores the invoices as they are, and leaves the organization's other ones. */
export async function storeInvoices(
  writer: Writer,
  organizationId: string,
  rows: readonly InvoiceRow[],
): Promise<void> {
  for (const some of portionsOf(rows))
    await invoices.insertOrUpdateAll(
      writer,
      some.map((row) => ({ organizationId, ...row })),
      { number: given, status: given, total: given, currency: given, issuedAt: given, hostedUrl: given, pdfUrl: given },
    );
}

/**
 * Whether any of the invoices is not stored, or is another now. Its addresses do not count: a provider may give new ones with each answer.
 */
export async function areNews(reader: Reader, organizationId: string, rows: readonly InvoiceRow[]): Promise<boolean> {
  for (const some of portionsOf(rows)) {
    const known = await knownInvoices(reader, organizationId, some);
    if (some.some((row) => !isSame(row, known.get(row.id)))) return true;
  }
  return false;
}

function* portionsOf(rows: readonly InvoiceRow[]): Generator<readonly InvoiceRow[]> {
  for (let first = 0; first < rows.length; first += AT_ONCE) yield rows.slice(first, first + AT_ONCE);
}

async function knownInvoices(
  reader: Reader,
  organizationId: string,
  rows: readonly InvoiceRow[],
): Promise<ReadonlyMap<string, InvoiceRow>> {
  const places = rows.map(() => '?').join(', ');
  const known = await SELECTED.rows(reader, `FROM invoices WHERE organization_id = ? AND id IN (${places})`, [
    organizationId,
    ...rows.map(({ id }) => id),
  ]);
  return new Map(known.map((row) => [row.id, row]));
}

const given = (inserted: string) => inserted;

function isSame({ number, status, total, currency, issuedAt }: InvoiceRow, known: InvoiceRow | undefined): boolean {
  return (
    known?.status === status &&
    known.total === total &&
    known.currency === currency &&
    known.number === number &&
    known.issuedAt === issuedAt
  );
}
