/**
 * The controls table: which controls are open to which viewer, in which situation. The first line that fits decides; `*` fits whatever
 * there is, and commas stand between what else does.
 */
const TABLE = `
control                            viewer        contract  provider  packs  status         card  customer  reason

BILLING_ADMINS                     owner         *         *         *      *              *     *         open
BILLING_ADMINS                     *             *         *         *      *              *     *         OWNER_REQUIRED
*                                  member        *         *         *      *              *     *         BILLING_ACCESS_REQUIRED

ACTIVITY,USAGE                     *             *         *         *      *              *     *         open

INVOICES,BILLING_PORTAL                   *             *         none      *      *              *     *         CHECKOUT_NOT_CONFIGURED
INVOICES,BILLING_PORTAL                   *             *         *         *      *              *     no        NO_ACTIVE_SUBSCRIPTION
INVOICES,BILLING_PORTAL                   *             *         *         *      *              *     *         open

SUBSCRIPTION,TOP_UP,AUTO_RECHARGE  *             CUSTOM    *         *      *              *     *         CUSTOM_CONTRACT
SUBSCRIPTION,TOP_UP,AUTO_RECHARGE  *             *         none      *      *              *     *         CHECKOUT_NOT_CONFIGURED
SUBSCRIPTION                       *             *         *         *      *              *     *         open

TOP_UP,AUTO_RECHARGE               *             *         *         no     *              *     *         CHECKOUT_NOT_CONFIGURED
TOP_UP,AUTO_RECHARGE               *             *         *         *      NONE,CANCELED  *     *         NO_ACTIVE_SUBSCRIPTION
TOP_UP,AUTO_RECHARGE               *             *         *         *      PAST_DUE       *     *         PAST_DUE
AUTO_RECHARGE                      *             *         *         *      *              no    *         PAYMENT_METHOD_REQUIRED
TOP_UP,AUTO_RECHARGE               *             *         *         *      *              *     *         open
`;

/** Where somebody finds a control, in the words of the table's columns. */
export interface Situation {
  readonly viewer: 'owner' | 'billingAdmin' | 'member';
  readonly contract: 'SELF_SERVE' | 'CUSTOM';
  readonly provider: 'none' | 'sandbox';
  readonly packs: 'some' | 'no';
  readonly status: 'NONE' | 'TRIALING' | 'ACTIVE' | 'PAST_DUE' | 'CANCELED';
  /** Whether there is a payment method on file. */
  readonly card: 'some' | 'no';
  /** Whether the provider knows the organization. */
  readonly customer: 'some' | 'no';
}

const [COLUMNS = [], ...LINES] = TABLE.split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.trim().split(/\s+/));

/** Why the control is closed there, as the table has it; null where it is open. */
export function reasonInTable(control: string, situation: Situation): string | null {
  const found: Record<string, string> = { control, ...situation };
  const line = LINES.find((cells) =>
    COLUMNS.slice(0, -1).every(
      (column, at) => cells[at] === '*' || cells[at]?.split(',').includes(found[column] ?? ''),
    ),
  );
  if (!line) throw new Error(`The table has no line for ${control}.`);
  const reason = line.at(-1) ?? '';
  return reason === 'open' ? null : reason;
}
