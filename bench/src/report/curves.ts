import { escaped } from './bars';

/** Curves over one axis: each a ratio to its value at the smallest size. */
export interface CurveGroup {
  readonly title: string;
  readonly sizes: readonly number[];
  readonly curves: readonly { readonly name: string; readonly ratios: readonly number[] }[];
}

const WIDTH = 820;
const PLOT = { left: 60, width: 360, height: 200 };
const TITLE = 34;
const LINE = 18;
const GAP = 46;
const COLOURS = [
  '#2f6fdb',
  '#c2410c',
  '#15803d',
  '#7e22ce',
  '#b91c1c',
  '#0e7490',
  '#a16207',
  '#4b5563',
  '#be185d',
  '#65a30d',
];

/** A picture of groups of curves, both axes logarithmic, so that what grows in step with the axis is a slope of one. */
export function curvesAsSvg(groups: readonly CurveGroup[]): string {
  let y = 10;
  const parts: string[] = [];
  for (const group of groups) {
    parts.push(`<text x="10" y="${y + 20}" font-weight="600">${escaped(group.title)}</text>`, plotOf(group, y + TITLE));
    y += TITLE + Math.max(PLOT.height, group.curves.length * LINE) + GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

function plotOf({ sizes, curves }: CurveGroup, top: number): string {
  const all = curves.flatMap(({ ratios }) => ratios);
  // Noise is not to fill the picture: a tenth to ten times at least.
  const [low, high] = [Math.floor(Math.log10(Math.min(...all, 0.1))), Math.ceil(Math.log10(Math.max(...all, 10)))];
  const [first, last] = [Math.log10(sizes[0]!), Math.log10(sizes.at(-1)!)];
  const x = (size: number) => Math.round(PLOT.left + ((Math.log10(size) - first) / (last - first || 1)) * PLOT.width);
  const y = (ratio: number) => Math.round(top + PLOT.height - ((Math.log10(ratio) - low) / (high - low)) * PLOT.height);
  const parts: string[] = [];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    const stroke = power === 0 ? '#9aa5b4' : '#e5e7eb';
    parts.push(
      `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${at}" y2="${at}" stroke="${stroke}"/>`,
      `<text x="${PLOT.left - 8}" y="${at + 4}" text-anchor="end" fill="#6b7280">× ${10 ** power}</text>`,
    );
  }
  for (const size of sizes)
    parts.push(
      `<text x="${x(size)}" y="${top + PLOT.height + 18}" text-anchor="middle" fill="#6b7280">${size.toLocaleString('en')}</text>`,
    );
  for (const [index, { name, ratios }] of curves.entries()) {
    const colour = COLOURS[index % COLOURS.length]!;
    const points = sizes.map((size, place) => `${x(size)},${y(ratios[place]!)}`);
    const label = top + LINE * (index + 0.5);
    parts.push(
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="${PLOT.left + PLOT.width + 24}" y="${label - 9}" width="10" height="10" fill="${colour}"/>`,
      `<text x="${PLOT.left + PLOT.width + 40}" y="${label}">${escaped(name)} × ${ratios.at(-1)!.toFixed(2)}</text>`,
    );
  }
  return parts.join('\n');
}
