import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatShortDay } from '../look/dates';
import { formatNumber } from '../look/numbers';

const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });

interface UsageChartProps {
  readonly bars: readonly { readonly day: string; readonly credits: number }[];
}

/** Credits used on each day. The table below has the same numbers. */
export function UsageChart({ bars }: UsageChartProps) {
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={[...bars]} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} title="Credits used on each day">
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="day"
          tickFormatter={formatShortDay}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          tick={{ fill: 'var(--ink-soft)', fontSize: 12 }}
          interval="equidistantPreserveStart"
          minTickGap={24}
        />
        <YAxis
          tickFormatter={(value: number) => compact.format(value)}
          tickLine={false}
          axisLine={false}
          tick={{ fill: 'var(--ink-soft)', fontSize: 12 }}
          width={44}
          allowDecimals={false}
        />
        <Tooltip
          cursor={{ fill: 'var(--sunken)' }}
          formatter={(value) => [formatNumber(Number(value)), 'credits']}
          labelFormatter={(day) => (typeof day === 'string' ? formatShortDay(day) : '')}
          contentStyle={{
            background: 'var(--surface)',
            border: '1px solid var(--line-strong)',
            borderRadius: 8,
            color: 'var(--ink)',
          }}
          itemStyle={{ color: 'var(--ink)' }}
          isAnimationActive={false}
        />
        <Bar
          dataKey="credits"
          fill="var(--accent)"
          radius={[3, 3, 0, 0]}
          maxBarSize={28}
          isAnimationActive={!isCalm}
          animationDuration={400}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}
