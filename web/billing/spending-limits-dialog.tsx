import { useId } from 'react';
import { type FieldError, useForm, type UseFormRegisterReturn, useWatch } from 'react-hook-form';
import { useClient } from 'urql';
import { SetSpendingPolicy, type SpendingPolicy } from '../documents/purchase-documents';
import { Dialog } from '../look/dialog';
import { FieldProblem } from '../look/field-problem';
import { formatMoney, type Money } from '../look/numbers';
import { Problem } from '../look/problem';
import { numberForField, readAmount } from '../look/typed-numbers';
import { useBilling } from './billing-context';
import { useChange } from './use-change';

/** As somebody types them; empty for no limit. */
interface Limits {
  readonly perPurchase: string;
  readonly perMonth: string;
}

interface SpendingLimitsDialogProps {
  readonly policy: SpendingPolicy;
  readonly onClose: () => void;
}

/** Owners say what billing admins may buy without asking. */
export function SpendingLimitsDialog({ policy, onClose }: SpendingLimitsDialogProps) {
  const { organizationId } = useBilling();
  const api = useClient();
  const { send, isBusy, problem } = useChange();
  const { currency, fractionDigits } = policy.spentThisMonth;
  const money = { currency, fractionDigits };
  const typedOf = (limit: Money | null) => (limit ? numberForField(limit.amount, fractionDigits) : '');
  const { register, handleSubmit, formState, control } = useForm<Limits>({
    defaultValues: { perPurchase: typedOf(policy.perPurchase), perMonth: typedOf(policy.perMonth) },
  });
  const typed = useWatch({ control });
  const amountOf = (text = '') => (text.trim() === '' ? null : readAmount(text, money));
  const validate = (text: string) =>
    text.trim() === '' ||
    readAmount(text, money) !== null ||
    `An amount of money, written like ${formatMoney({ ...money, amount: 12_345.5 * 10 ** fractionDigits })}.`;
  /** What was typed is said again as it was read: a point may mean thousands or cents. */
  const readBack = (text: string | undefined, said: (amount: string) => string) => {
    const amount = amountOf(text);
    if (amount === null) return (text ?? '').trim() === '' ? 'No limit' : '';
    return amount === 0 ? 'An owner approves everything that costs something' : said(formatMoney({ ...money, amount }));
  };

  const save = async ({ perPurchase, perMonth }: Limits) => {
    const input = {
      organizationId,
      perPurchaseAmount: amountOf(perPurchase),
      perMonthAmount: amountOf(perMonth),
    };
    if (await send(api.mutation(SetSpendingPolicy, { input }).toPromise(), (data) => data.setSpendingPolicy)) onClose();
  };

  return (
    <Dialog title="Spending limits" onClose={onClose}>
      <form noValidate onSubmit={(event) => void handleSubmit(save)(event)}>
        <p>Above these, what billing admins buy waits for an owner’s approval. Owners buy without limits.</p>
        <AmountField
          label={`For each purchase, in ${currency}`}
          field={register('perPurchase', { validate })}
          read={readBack(typed.perPurchase, (amount) => `${amount} for each purchase`)}
          error={formState.errors.perPurchase}
        />
        <AmountField
          label={`For each month, in ${currency}`}
          field={register('perMonth', { validate })}
          read={readBack(typed.perMonth, (amount) => `${amount} for each calendar month (UTC)`)}
          error={formState.errors.perMonth}
        />
        <Problem>{problem?.message}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface AmountFieldProps {
  readonly label: string;
  readonly field: UseFormRegisterReturn;
  readonly read: string;
  readonly error: FieldError | undefined;
}

function AmountField({ label, field, read, error }: AmountFieldProps) {
  const id = useId();
  return (
    <div>
      <label className="field-label" htmlFor={id}>
        {label} <span className="optional">empty for no limit</span>
      </label>
      <input
        id={id}
        className="input"
        inputMode="decimal"
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-read ${id}-problem`}
        {...field}
      />
      <p id={`${id}-read`} className="field-read">
        {read}
      </p>
      <FieldProblem id={`${id}-problem`}>{error?.message}</FieldProblem>
    </div>
  );
}
