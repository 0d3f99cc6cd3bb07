export interface BarGroup {
  readonly title: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}

const WIDTH = 800;
const LABELS = 250;
const BAR = 22;
const GAP = 8;
const TITLE = 40;

/** A picture of groups of bars, each group to a scale of its own that begins at 0, as SVG. */
export function barsAsSvg(groups: readonly BarGroup[]): string {
  let y = 10;
  const parts: string[] = [];
  for (const { title, bars } of groups) {
    parts.push(`<text x="10" y="${y + 22}" font-weight="600">${escaped(title)}</text>`);
    y += TITLE;
    const most = Math.max(...bars.map(({ value }) => value));
    for (const { name, value } of bars) {
      const length = Math.max(1, Math.round((value / most) * (WIDTH - LABELS - 90)));
      const colour = name === 'the service' ? '#2f6fdb' : '#9aa5b4';
      parts.push(
        `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>`,
        `<rect x="${LABELS}" y="${y}" width="${length}" height="${BAR}" rx="3" fill="${colour}"/>`,
        `<text x="${LABELS + length + 8}" y="${y + 16}">${value.toPrecision(3)}</text>`,
      );
      y += BAR + GAP;
    }
    y += 10;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="14">
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
