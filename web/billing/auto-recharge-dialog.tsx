import { useId } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useClient, useQuery } from 'urql';
import { Catalog, UpdateAutoRecharge } from '../documents/billing-documents';
import { Dialog } from '../look/dialog';
import { FieldProblem } from '../look/field-problem';
import { formatMoney, formatNumber } from '../look/numbers';
import { Problem } from '../look/problem';
import { numberForField, readAmount, readNumber } from '../look/typed-numbers';
import { useBilling } from './billing-context';
import { PackChoices } from './pack-choices';
import { useChange } from './use-change';

interface Settings {
  /** As somebody types it. */
  readonly threshold: string;
  readonly packKey: string;
  /** As somebody types it; empty for the operator's limit. */
  readonly limit: string;
}

export function AutoRechargeDialog({ onClose }: { readonly onClose: () => void }) {
  const { billing, organizationId } = useBilling();
  const api = useClient();
  const { send, isBusy, problem } = useChange();
  const [{ data: catalog, error }] = useQuery({ query: Catalog });
  const threshold = useId();
  const limit = useId();
  const { autoRecharge } = billing;
  const packs = catalog?.creditPacks ?? [];
  const { currency = 'USD', fractionDigits = 2 } = autoRecharge?.monthlyLimit ?? packs[0]?.price ?? {};
  const money = { currency, fractionDigits };

  const { register, handleSubmit, getValues, formState, control } = useForm<Settings>({
    defaultValues: {
      threshold: numberForField(autoRecharge?.thresholdCredits || 500, 0),
      packKey: autoRecharge?.creditPack?.key ?? '',
      limit: autoRecharge?.monthlyLimit ? numberForField(autoRecharge.monthlyLimit.amount, fractionDigits) : '',
    },
  });
  const { errors } = formState;
  const typed = useWatch({ control });
  // What was typed is said again as it was read: a point may mean thousands or cents.
  const readThreshold = readNumber(typed.threshold ?? '', 0);
  const readLimit = readAmount(typed.limit ?? '', money);

  const save = async (settings: Settings) => {
    const input = {
      organizationId,
      enabled: true,
      thresholdCredits: readNumber(settings.threshold, 0) ?? 0,
      creditPackKey: settings.packKey,
      monthlyLimitAmount: readAmount(settings.limit, money),
    };
    if (await send(api.mutation(UpdateAutoRecharge, { input }).toPromise(), (data) => data.updateAutoRecharge))
      onClose();
  };

  const isEnough = (value: string) => {
    if (value.trim() === '') return true;
    const amount = readAmount(value, money);
    const pack = packs.find(({ key }) => key === getValues('packKey'));
    if (!amount)
      return `An amount of money, written like ${formatMoney({ ...money, amount: 12_345.5 * 10 ** fractionDigits })}.`;
    return !pack || amount >= pack.price.amount || `At least the price of the pack, ${formatMoney(pack.price)}.`;
  };

  return (
    <Dialog title="Auto-recharge" onClose={onClose}>
      <form noValidate onSubmit={(event) => void handleSubmit(save)(event)}>
        <div>
          <label className="field-label" htmlFor={threshold}>
            Buy when fewer credits are left than
          </label>
          <input
            id={threshold}
            className="input"
            inputMode="numeric"
            aria-invalid={errors.threshold !== undefined}
            aria-describedby={`${threshold}-read ${threshold}-problem`}
            {...register('threshold', {
              validate: (value) => readNumber(value, 0) !== null || 'A whole number, 0 or more.',
            })}
          />
          <p id={`${threshold}-read`} className="field-read">
            {readThreshold !== null && `${formatNumber(readThreshold)} credits`}
          </p>
          <FieldProblem id={`${threshold}-problem`}>{errors.threshold?.message}</FieldProblem>
        </div>
        <div>
          <p className="field-label">Buy this pack</p>
          <PackChoices packs={packs} field={register('packKey', { required: 'Choose a pack.', deps: ['limit'] })} />
          <FieldProblem>{errors.packKey?.message}</FieldProblem>
        </div>
        <div>
          <label className="field-label" htmlFor={limit}>
            Most to be charged in a month, in {currency} <span className="optional">optional</span>
          </label>
          <input
            id={limit}
            className="input"
            inputMode="decimal"
            aria-invalid={errors.limit !== undefined}
            aria-describedby={`${limit}-read ${limit}-problem`}
            {...register('limit', { validate: isEnough })}
          />
          <p id={`${limit}-read`} className="field-read">
            {readLimit !== null && `${formatMoney({ ...money, amount: readLimit })} a month`}
          </p>
          <FieldProblem id={`${limit}-problem`}>{errors.limit?.message}</FieldProblem>
        </div>
        {error && <Problem>The packs can’t be shown right now. Close this and try again.</Problem>}
        <Problem>{problem?.message}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Not now
          </button>
          <button type="submit" className="button primary" disabled={isBusy || packs.length === 0}>
            {autoRecharge?.enabled ? 'Save' : 'Switch on'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
