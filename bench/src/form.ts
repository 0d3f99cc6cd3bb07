/** How much is measured. */
export interface Form {
  readonly rounds: number;
  /** Of the parts whose rounds take long. */
  readonly longRounds: number;
  readonly milliseconds: number;
  /** Of load for each server before anything counts, in milliseconds. */
  readonly warming: number;
  readonly sockets: number;
  readonly events: number;
  readonly resumptions: number;
  /** Clients that read nothing. */
  readonly stalled: number;
  readonly memoryRounds: number;
  readonly starts: number;
  /** Members of an organization that is imported. */
  readonly imported: number;
  readonly importRounds: number;
}

/** Enough to see where things stand, or enough to write it down. */
export const FORMS: Record<'quick' | 'whole', Form> = {
  quick: {
    rounds: 3,
    longRounds: 1,
    milliseconds: 400,
    warming: 1_000,
    sockets: 1_000,
    events: 5,
    resumptions: 1,
    stalled: 20,
    memoryRounds: 1,
    starts: 1,
    imported: 10_000,
    importRounds: 3,
  },
  whole: {
    rounds: 9,
    longRounds: 5,
    milliseconds: 2_000,
    warming: 2_000,
    sockets: 5_000,
    events: 10,
    resumptions: 3,
    stalled: 50,
    memoryRounds: 5,
    starts: 5,
    imported: 100_000,
    importRounds: 5,
  },
};
