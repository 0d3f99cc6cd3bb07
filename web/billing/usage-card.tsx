import { useId, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { Usage } from '../documents/billing-documents';
import { ClosedReason } from '../look/closed-reason';
import { formatShortDay } from '../look/dates';
import { formatNumber } from '../look/numbers';
import { useNow } from '../look/use-now';
import { usePaced } from '../look/use-paced';
import { onDemand } from '../look/on-demand';
import { useBilling, useControl } from './billing-context';
import { UsageShares } from './usage-shares';

const UsageChart = onDemand(() => import('./usage-chart').then((module) => module.UsageChart));

const RANGES = [7, 30, 90] as const;

/** Usage may be told once a second; the report is asked for less often, in milliseconds. */
const PACE = 3_000;

const DAY = 86_400_000;

export function UsageCard() {
  const control = useControl('USAGE');
  const heading = useId();
  return (
    <section className="card" aria-labelledby={heading}>
      {control.available ? (
        <UsageReport heading={heading} />
      ) : (
        <>
          <h2 id={heading}>Usage</h2>
          {control.message && <ClosedReason>{control.message}</ClosedReason>}
        </>
      )}
    </section>
  );
}

function UsageReport({ heading }: { readonly heading: string }) {
  const { open, organizationId } = useBilling();
  const [range, setRange] = useState<number>(30);
  const count = usePaced(open.news.count, PACE);
  const context = useMemo(() => ({ count }), [count]);
  const days = lastDays(range, useNow());
  const [{ data, error, fetching }, again] = useQuery({
    query: Usage,
    variables: { organizationId, from: days[0] ?? '', to: days.at(-1) ?? '' },
    context,
  });
  const { byDay, byUser, byFeature } = data?.organization?.billing ?? {};
  const byNobody = (byDay?.totalCredits ?? 0) - (byUser?.entries ?? []).reduce((sum, { credits }) => sum + credits, 0);
  const used = new Map(byDay?.entries.map(({ key, credits }) => [key, credits]));
  const bars = days.map((day) => ({ day, credits: used.get(day) ?? 0 }));

  return (
    <>
      <div className="card-title">
        <h2 id={heading}>Usage</h2>
        <fieldset className="segments small">
          <legend className="hidden-text">Time</legend>
          {RANGES.map((value) => (
            <label key={value} className="segment">
              <input type="radio" name="range" checked={range === value} onChange={() => setRange(value)} />
              <span>{value} days</span>
            </label>
          ))}
        </fieldset>
      </div>
      {byDay ? (
        <p className="figure-note">
          <strong className="figure-inline">{formatNumber(byDay.totalCredits)}</strong> credits used since{' '}
          {formatShortDay(days[0] ?? '')}
        </p>
      ) : (
        <p className="figure-note" role="status">
          {error && !fetching ? 'The report can’t be had right now.' : 'Loading…'}{' '}
          {error && !fetching && (
            <button type="button" className="link-button" onClick={() => again({ requestPolicy: 'network-only' })}>
              Try again
            </button>
          )}
        </p>
      )}
      <div className="chart">
        {byDay && byDay.totalCredits > 0 && <UsageChart bars={bars} />}
        {byDay?.totalCredits === 0 && <p className="empty">No credits were used in these {range} days.</p>}
      </div>
      {byDay && byDay.totalCredits > 0 && (
        <>
          <div className="shares">
            <UsageShares
              title="By person"
              total={byDay.totalCredits}
              entries={[
                ...(byUser?.entries ?? []).map(({ key, credits, user }) => ({
                  key,
                  credits,
                  name: user?.name ?? 'Former member',
                })),
                // The report leaves out what nobody in particular used.
                ...(byNobody > 0 ? [{ key: '', credits: byNobody, name: 'Nobody in particular' }] : []),
              ]}
            />
            <UsageShares
              title="By feature"
              total={byDay.totalCredits}
              entries={(byFeature?.entries ?? []).map(({ key, credits }) => ({ key, credits, name: key }))}
            />
          </div>
          <details className="numbers">
            <summary>Show the days as a table</summary>
            <table>
              <thead>
                <tr>
                  <th scope="col">Day</th>
                  <th scope="col">Credits</th>
                </tr>
              </thead>
              <tbody>
                {bars
                  .filter(({ credits }) => credits > 0)
                  .map(({ day, credits }) => (
                    <tr key={day}>
                      <th scope="row">{formatShortDay(day)}</th>
                      <td>{formatNumber(credits)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </>
  );
}

/** Days of UTC, as the service counts them; today is the last. */
function lastDays(count: number, today: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(today - (count - 1 - index) * DAY).toISOString().slice(0, 10),
  );
}
