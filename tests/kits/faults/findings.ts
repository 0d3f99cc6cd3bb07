/** More of them would tell nothing new. */
const MOST_BROKEN = 20;

const GROUPS = ['done', 'faults', 'answers'] as const;

/** What a run has counted, and which laws it has seen broken. */
export class Findings {
  private readonly counts = new Map(GROUPS.map((group) => [group, new Map<string, number>()]));
  readonly broken: string[] = [];

  /** `onBroken` hears at once of a law that is broken, while its cause may still report something. */
  constructor(private readonly onBroken: (law: string) => void = () => undefined) {}

  count(group: (typeof GROUPS)[number], what: string, times = 1): void {
    const counts = this.counts.get(group);
    counts?.set(what, (counts.get(what) ?? 0) + times);
  }

  of(group: (typeof GROUPS)[number], what: string): number {
    return this.counts.get(group)?.get(what) ?? 0;
  }

  breaks(law: string): void {
    if (this.broken.length === MOST_BROKEN) return;
    this.broken.push(law);
    this.onBroken(law);
  }

  /** One line about how far the run is. */
  progress(): string {
    const sum = (group: (typeof GROUPS)[number]) => [...(this.counts.get(group)?.values() ?? [])].reduce(add, 0);
    const done = ['changes acknowledged', 'events told'].map((what) => `${this.of('done', what)} ${what}`);
    return [...done, `${sum('faults')} faults`, `${this.broken.length} laws broken`].join(', ');
  }

  /** As a table in Markdown. */
  table(): string {
    const rows = [...this.counts].flatMap(([group, counts]) =>
      [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([what, times]) => [group, what, String(times)]),
    );
    const lines = [['', 'what', 'times'], ['---', '---', '---:'], ...rows];
    return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
  }
}

function add(one: number, other: number): number {
  return one + other;
}
