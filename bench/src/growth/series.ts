/** How something costs more, or does not, while one thing grows. */
export interface Series {
  /** What grows. */
  readonly axis: string;
  readonly sizes: readonly number[];
  readonly lines: readonly Line[];
  /** What a reader has to know of how it was measured. */
  readonly note: string;
}

export interface Line {
  readonly name: string;
  readonly unit: string;
  /** One for each of the sizes. */
  readonly values: readonly number[];
}

/** How much is measured; `size` picks the smaller ends for the quick form. */
export interface GrowthForm {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly isQuick: boolean;
}

/** What the parts are given: servers on which databases may be made, and Redis, or null. */
export interface Dependencies {
  readonly mysql: string;
  readonly redis: string | null;
  readonly say: (progress: string) => void;
}

export type MeasureGrowth = (dependencies: Dependencies, form: GrowthForm) => Promise<Series>;
