import { useContext, useRef, useState } from 'react';
import type { GrantTerms } from '../documents/roster-documents';
import { ClockContext } from '../look/use-now';
import { readTerms, type TypedTerms } from './typed-terms';

/** The fields of `TermsFields`, and what they come to. `given` is the end that there is already. */
export function useTypedTerms(initial: TypedTerms, given: string | null = null) {
  const clock = useContext(ClockContext);
  const [terms, setTerms] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const dayField = useRef<HTMLInputElement>(null);
  return {
    fields: {
      terms,
      given,
      problem,
      dayField,
      onChange: (next: TypedTerms) => {
        setTerms(next);
        setProblem(null);
      },
    },
    /** Null where the day has to be corrected first: the page says why, and the focus is there. */
    read: (): GrantTerms | null => {
      const read = readTerms(terms, given, clock?.() ?? Date.now());
      if (typeof read !== 'string') return read;
      setProblem(read);
      dayField.current?.focus();
      return null;
    },
    /** Begins anew, unless somebody has gone on typing. */
    reset: () => setTerms((now) => (now === terms ? initial : now)),
  };
}
