import type { Stall } from './verdicts';

/** More of them would tell nothing new: the run is broken off. */
const MOST_BROKEN = 100;

/** Characters by which two laws are told apart. */
const TOLD_APART_BY = 40;

/** Inputs in the table at the end. */
const IN_TABLE = 15;

interface Noted {
  times: number;
  /** Milliseconds that `/healthz` waited for the service at most, and at which part of the input. */
  stall: number;
  stalledAt: string;
  /** Processor time that the service took while it went on, in milliseconds; shared with the others that went on. */
  processor: number;
  /** What the process held at most while it went on, in megabytes. */
  resident: number;
  /** Laws that it has broken, by how they begin. */
  readonly broken: Map<string, number>;
  readonly answers: Map<string, number>;
}

/** What each input did to the service. */
export class InputLog {
  readonly broken: string[] = [];
  mostResident = 0;
  /** Milliseconds that `/healthz` waited for the service at most. */
  longestStall = 0;
  sent = 0;
  /** Resolves where so many laws are broken that the run need not go on. */
  readonly isHopeless: Promise<void>;
  private giveUp: () => void = () => undefined;
  private rest = 0;
  private readonly inputs = new Map<string, Noted>();
  /** Those that go on, with the part that they are at. */
  private readonly running = new Map<string, string>();
  /** Those that went on a short while ago. */
  private recent: { readonly input: string; readonly step: string; readonly endedAt: number }[] = [];

  private ranUntil: number;

  /** `ran` says how long the service has had a processor so far, in milliseconds. */
  constructor(
    private readonly print: (line: string) => void,
    private readonly ran: () => number,
  ) {
    this.ranUntil = ran();
    this.isHopeless = new Promise((resolve) => (this.giveUp = resolve));
  }

  restsAt(resident: number): void {
    this.rest = resident;
    this.mostResident = resident;
  }

  begins(input: string, step: string): void {
    this.shareProcessor();
    this.endStep(input);
    this.running.set(input, step);
  }

  ends(input: string, answers: Readonly<Record<string, number>>): void {
    this.shareProcessor();
    this.endStep(input);
    this.running.delete(input);
    this.sent += 1;
    const noted = this.of(input);
    noted.times += 1;
    for (const [what, times] of Object.entries(answers))
      noted.answers.set(what, (noted.answers.get(what) ?? 0) + times);
  }

  /** A question that began then had to wait: noted with each input that went on in that time. */
  stalled({ busy, silent }: Stall, began: number): void {
    const stall = Math.round(busy + silent);
    this.longestStall = Math.max(this.longestStall, stall);
    for (const { input, step } of this.since(began)) {
      const noted = this.of(input);
      if (stall <= noted.stall) continue;
      noted.stall = stall;
      noted.stalledAt = step;
    }
    this.recent = this.recent.filter(({ endedAt }) => endedAt > performance.now() - 120_000);
  }

  resident(megabytes: number): void {
    this.mostResident = Math.max(this.mostResident, megabytes);
    for (const input of this.running.keys()) {
      const noted = this.of(input);
      noted.resident = Math.max(noted.resident, megabytes);
    }
  }

  /** Something that began then is not as it must be. */
  breaks(law: string, began: number): void {
    const during = this.since(began);
    const where = [...new Set(during.map(({ input, step }) => (step === '' ? input : `${input} (${step})`)))];
    const isNew = during.map(({ input }) => this.isNew(input, law));
    if (during.length === 0 || isNew.includes(true)) this.note([law, ...where.slice(-6)].join('\n    during '));
  }

  breaksBy(input: string, law: string): void {
    const step = this.running.get(input) ?? '';
    if (this.isNew(input, law)) this.note(`${input} ${step && `(${step}) `}${law}`);
  }

  /** Each input is told of once for each law that it breaks. */
  private isNew(input: string, law: string): boolean {
    const { broken } = this.of(input);
    const start = law.replaceAll(/\d+/g, '0').slice(0, TOLD_APART_BY);
    const times = broken.get(start) ?? 0;
    broken.set(start, times + 1);
    return times === 0;
  }

  progress(): string {
    return `${this.sent} inputs sent, now ${[...this.running.keys()].join(', ')}; ${this.broken.length} laws broken`;
  }

  /** The inputs that the service felt most, as a table in Markdown. */
  table(): string {
    const all = [...this.inputs];
    const worst = new Set([
      ...all.sort(([, one], [, other]) => other.stall - one.stall).slice(0, IN_TABLE),
      ...all.sort(([, one], [, other]) => other.resident - one.resident).slice(0, IN_TABLE),
      ...all.sort(([, one], [, other]) => other.processor - one.processor).slice(0, IN_TABLE),
    ]);
    const rows = [...worst].map(([input, noted]) => [
      input.replaceAll('|', '\\|'),
      String(noted.times),
      String(noted.stall),
      String(this.above(noted)),
      String(Math.round(noted.processor)),
    ]);
    const head = [
      ['input', 'times', '/healthz waited at most (ms)', 'memory above rest (MB)', 'processor (ms)'],
      ['---', '---:', '---:', '---:', '---:'],
    ];
    return [...head, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  }

  /** All inputs, one a line, between tabs. */
  lines(): string {
    return [...this.inputs]
      .map(([input, noted]) => {
        const answers = [...noted.answers].map(([what, times]) => `${times} × ${what}`).join(', ');
        return [
          input,
          noted.times,
          noted.stall,
          noted.stalledAt,
          this.above(noted),
          Math.round(noted.processor),
          [...noted.broken.values()].reduce((sum, times) => sum + times, 0),
          answers,
        ].join('\t');
      })
      .join('\n');
  }

  private shareProcessor(): void {
    const ran = this.ran();
    const each = (ran - this.ranUntil) / Math.max(1, this.running.size);
    for (const input of this.running.keys()) this.of(input).processor += each;
    this.ranUntil = ran;
  }

  private above({ resident }: Noted): number {
    return Math.max(0, Math.round(resident - this.rest));
  }

  private note(law: string): void {
    if (this.broken.push(law) >= MOST_BROKEN) this.giveUp();
    this.print(`BROKEN: ${law}`);
  }

  private endStep(input: string): void {
    const step = this.running.get(input);
    if (step !== undefined) this.recent.push({ input, step, endedAt: performance.now() });
  }

  private since(began: number): { readonly input: string; readonly step: string }[] {
    return [
      ...this.recent.filter(({ endedAt }) => endedAt >= began),
      ...[...this.running].map(([input, step]) => ({ input, step })),
    ];
  }

  private of(input: string): Noted {
    const noted = this.inputs.get(input) ?? {
      times: 0,
      stall: 0,
      stalledAt: '',
      processor: 0,
      resident: 0,
      broken: new Map<string, number>(),
      answers: new Map<string, number>(),
    };
    this.inputs.set(input, noted);
    return noted;
  }
}
