import type { UseFormRegisterReturn } from 'react-hook-form';
import type { CreditPack } from '../documents/billing-documents';
import { formatMoney, formatNumber } from '../look/numbers';

export function PackChoices({
  packs,
  field,
}: {
  readonly packs: readonly CreditPack[];
  readonly field: UseFormRegisterReturn;
}) {
  return (
    <fieldset className="choices">
      <legend className="hidden-text">Credit pack</legend>
      {packs.map(({ key, credits, price }) => (
        <label key={key} className="choice">
          <input type="radio" value={key} {...field} />
          <span className="choice-text">
            <span className="choice-name">{formatNumber(credits)} credits</span>
          </span>
          <span className="choice-price">{formatMoney(price)}</span>
        </label>
      ))}
    </fieldset>
  );
}
