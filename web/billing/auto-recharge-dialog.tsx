import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { useClient, useQuery } from 'urql';
import { Catalog, UpdateAutoRecharge } from '../documents/billing-documents';
import { Dialog } from '../look/dialog';
import { formatMoney } from '../look/numbers';
import { Problem } from '../look/problem';
import { useBilling } from './billing-context';
import { PackChoices } from './pack-choices';
import { useChange } from './use-change';

interface Settings {
  readonly threshold: string;
  readonly packKey: string;
  /** In the currency's major unit; empty for the operator's limit. */
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
  const unit = 10 ** fractionDigits;

  const { register, handleSubmit, getValues, formState } = useForm<Settings>({
    defaultValues: {
      threshold: String(autoRecharge?.thresholdCredits || 500),
      packKey: autoRecharge?.creditPack?.key ?? '',
      limit: autoRecharge?.monthlyLimit ? String(autoRecharge.monthlyLimit.amount / unit) : '',
    },
  });
  const { errors } = formState;

  const save = async (settings: Settings) => {
    const input = {
      organizationId,
      enabled: true,
      thresholdCredits: Number(settings.threshold),
      creditPackKey: settings.packKey,
      monthlyLimitAmount: settings.limit.trim() === '' ? null : Math.round(Number(settings.limit) * unit),
    };
    if (await send(api.mutation(UpdateAutoRecharge, { input }).toPromise(), (data) => data.updateAutoRecharge))
      onClose();
  };

  const isEnough = (value: string) => {
    if (value.trim() === '') return true;
    const amount = Number(value) * unit;
    const pack = packs.find(({ key }) => key === getValues('packKey'));
    if (!Number.isFinite(amount) || amount <= 0) return 'An amount of money, like 100.';
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
            aria-describedby={`${threshold}-problem`}
            {...register('threshold', {
              validate: (value) => /^\d{1,15}$/.test(value.trim()) || 'A whole number, 0 or more.',
            })}
          />
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
            aria-describedby={`${limit}-problem`}
            {...register('limit', { validate: isEnough })}
          />
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

function FieldProblem({ id, children }: { readonly id?: string; readonly children: string | undefined }) {
  return (
    <p id={id} className="field-problem" role={children ? 'alert' : undefined}>
      {children}
    </p>
  );
}
