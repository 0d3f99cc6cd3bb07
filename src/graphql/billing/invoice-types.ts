import { Field, ID, ObjectType } from 'type-graphql';
import type { InvoiceStatus } from '../../domain/billing/invoices';
import type { InvoiceRow } from '../../store/invoices';
import { Money, moneyOf } from '../shared/money';
import { type Page, PageInfo } from '../shared/pages';
import { registerEnum } from '../shared/register-enum';
import { DateTime, toDate, Url } from '../shared/scalars';

const InvoiceStatusType = registerEnum<InvoiceStatus>('InvoiceStatus', 'What became of an invoice.', {
  DRAFT: 'It is not final yet.',
  OPEN: 'It waits to be paid.',
  PAID: 'It is paid.',
  VOID: 'It was withdrawn.',
  UNCOLLECTIBLE: 'It was given up: nobody is expected to pay it.',
});

@ObjectType({ description: 'An invoice of the payment provider.' })
export class Invoice {
  @Field(() => ID, { description: "The payment provider's id." })
  id: string;

  @Field(() => String, { nullable: true, description: 'The number on it. Null until it is final.' })
  number: string | null;

  @Field(() => InvoiceStatusType, { description: 'What became of it.' })
  status: InvoiceStatus;

  @Field(() => Money, { description: 'Its total. Below 0 if it gives credit.' })
  total: Money;

  @Field(() => DateTime, { description: 'When it was made.' })
  issuedAt: Date;

  @Field(() => Url, {
    nullable: true,
    description:
      "The payment provider's page of it. It stays open to all who have the address, also to those whose access ends. Null without one.",
  })
  hostedUrl: string | null;

  @Field(() => Url, { nullable: true, description: 'The same as a PDF.' })
  pdfUrl: string | null;
}

@ObjectType({ description: 'An invoice, and its position in the list.' })
export class InvoiceEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => Invoice, { description: 'The invoice.' })
  node: Invoice;
}

@ObjectType({ description: 'A page of invoices, newest first.' })
export class InvoiceConnection implements Page<Invoice> {
  @Field(() => [InvoiceEdge], { description: 'The invoices with their cursors.' })
  edges: InvoiceEdge[];

  @Field(() => [Invoice], { description: 'The invoices without their cursors.' })
  nodes: Invoice[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}

export function toInvoice({ total, currency, issuedAt, ...invoice }: InvoiceRow): Invoice {
  return { ...invoice, total: moneyOf(total, currency), issuedAt: toDate(issuedAt) };
}
