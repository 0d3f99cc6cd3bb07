import { type RefObject, useId } from 'react';
import { formatEnd } from '../look/dates';
import { useNow } from '../look/use-now';
import { ACCESS_WORDS } from './grant-words';
import { dayOf, type EndChoice, type TypedTerms, usualEnds } from './typed-terms';

const GIVES = {
  MANAGE: 'Changes the plan, buys credits, sees usage and activity.',
  VIEW: 'Sees plan, credits, usage and activity. Changes nothing.',
} as const;

interface TermsFieldsProps {
  readonly terms: TypedTerms;
  readonly onChange: (terms: TypedTerms) => void;
  /** The end that there is, or that was asked for, as one of the choices; and which of the two it is. */
  readonly given?: string | null;
  readonly givenWords?: string;
  /** Whether the kind is one to choose. */
  readonly hasKinds?: boolean;
  /** Whether it says what each kind gives. */
  readonly explains?: boolean;
  /** What is wrong about the day. */
  readonly problem: string | null;
  readonly dayField: RefObject<HTMLInputElement | null>;
}

/** The kind and the end of a grant. */
export function TermsFields({
  terms,
  onChange,
  given = null,
  givenWords = 'As it is',
  hasKinds = true,
  explains = false,
  problem,
  dayField,
}: TermsFieldsProps) {
  const now = useNow();
  const id = useId();
  return (
    <div className="terms">
      {hasKinds && (
        <fieldset className="terms-kinds" data-explains={explains || undefined}>
          <legend className="field-label">Access</legend>
          {(['MANAGE', 'VIEW'] as const).map((access) => (
            <label key={access} className="radio">
              <input
                type="radio"
                name={`${id}-access`}
                checked={terms.access === access}
                onChange={() => onChange({ ...terms, access })}
              />
              <span>
                {ACCESS_WORDS[access]}
                {explains && <span className="person-detail">{GIVES[access]}</span>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <div className="terms-end">
        <label className="field-label" htmlFor={`${id}-end`}>
          Ends
        </label>
        <select
          id={`${id}-end`}
          className="input"
          value={terms.end}
          onChange={({ currentTarget }) => onChange({ ...terms, end: currentTarget.value as EndChoice })}
        >
          <option value="none">No end</option>
          {given !== null && (
            <option value="given">
              {givenWords}: until {formatEnd(given, now)}
            </option>
          )}
          {usualEnds(now).map(({ choice, days, end }) => (
            <option key={choice} value={choice}>
              {days > 0 ? `In ${days} days: until` : 'Until'} {formatEnd(new Date(end).toISOString(), now)}
            </option>
          ))}
          <option value="day">On another day…</option>
        </select>
      </div>
      {terms.end === 'day' && (
        <div className="terms-day">
          <label className="field-label" htmlFor={`${id}-day`}>
            Last day
          </label>
          <input
            ref={dayField}
            id={`${id}-day`}
            type="date"
            className="input"
            min={dayOf(now)}
            value={terms.day}
            aria-invalid={problem !== null}
            aria-describedby={`${id}-problem`}
            onChange={({ currentTarget }) => onChange({ ...terms, day: currentTarget.value })}
          />
        </div>
      )}
      <p id={`${id}-problem`} className="field-problem" role={problem ? 'alert' : undefined}>
        {problem}
      </p>
    </div>
  );
}
