/** What an organization's plan brings, and what is scheduled. */
export interface IncludedTerms {
  readonly includedPlanKey: string | null;
  readonly includedGiven: number | null;
  readonly includedMonthEnd: number | null;
  readonly scheduledAt: number | null;
  readonly scheduledPlanKey: string | null;
}

/** The credits that the plan brought for the present month. What is left of an earlier plan's month does not count. */
export function includedTotal({ includedPlanKey, includedGiven }: IncludedTerms): number {
  return includedPlanKey === null ? 0 : (includedGiven ?? 0);
}

/** When the plan brings credits again. Null without a plan, and where the subscription ends before. */
export function includedRenewsAt(terms: IncludedTerms): number | null {
  const { includedPlanKey, includedMonthEnd: end, scheduledAt, scheduledPlanKey } = terms;
  if (includedPlanKey === null || end === null) return null;
  const isEnding = scheduledAt !== null && scheduledPlanKey === null;
  return isEnding && scheduledAt <= end ? null : end;
}
