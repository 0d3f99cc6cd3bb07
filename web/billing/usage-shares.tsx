import { useId, useState } from 'react';
import { formatNumber } from '../look/numbers';

const SHOWN = 5;

interface UsageSharesProps {
  readonly title: string;
  readonly total: number;
  readonly entries: readonly { readonly key: string; readonly name: string; readonly credits: number }[];
}

/** Who or what used how much, the most first. */
export function UsageShares({ title, total, entries }: UsageSharesProps) {
  const heading = useId();
  const [shown, setShown] = useState(SHOWN);
  const sorted = [...entries].sort((one, other) => other.credits - one.credits);
  return (
    <div>
      <h3 id={heading} className="eyebrow">
        {title}
      </h3>
      <ul aria-labelledby={heading}>
        {sorted.slice(0, shown).map(({ key, name, credits }) => (
          <li key={key} className="share">
            <span className="share-name">{name}</span>
            <span className="share-credits">{formatNumber(credits)}</span>
            <svg className="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(100 * credits) / total} height="4" className="split-included" />
            </svg>
          </li>
        ))}
      </ul>
      {sorted.length > shown && (
        <button type="button" className="button quiet" onClick={() => setShown(shown + 50)}>
          Show {Math.min(50, sorted.length - shown)} more
        </button>
      )}
    </div>
  );
}
