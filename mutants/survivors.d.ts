/** A mutant that no test kills. What is wrong about its entry is null or empty. */
export interface ListedSurvivor {
  readonly file: string | null;
  readonly was: string | null;
  readonly is: string;
  readonly why: string;
}

export function listedSurvivors(page?: string): ListedSurvivor[];
export function onOneLine(code: string): string;
