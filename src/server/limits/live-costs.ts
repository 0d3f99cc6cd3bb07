import type { Viewer } from '../../domain/viewer';
import type { LiveCost } from '../../graphql/cost/live-cost';
import { CostLimitExceeded } from '../../graphql/errors/cost-limit-exceeded';
import type { Limits } from './limits';
import { isService } from './request-rates';
import { Part, Sum } from './sums';

type LiveCostLimits = Pick<Limits, 'liveCost' | 'cost' | 'serviceCost'>;

/**
 * Bounds what one change costs for all live operations of a user together, on all of their sockets of this instance (X3). Operations
 * that share an answer count once: it is made once for all of them.
 */
export class LiveCosts {
  private readonly users = new Map<string, Sum>();
  private readonly shared = new Map<string, AnswerCost>();

  constructor(private readonly limits: LiveCostLimits) {}

  /**
   * @param shares the same for operations that share their answers; null for one that shares with none.
   * @param cost of an event, as it is taken to be before the first.
   */
  of(viewer: Viewer, shares: string | null, cost: number): LiveCost {
    return new LiveCostOfOperation(this, viewer, shares, cost, mostOf(viewer, this.limits));
  }

  partOf(shares: string | null, cost: number): AnswerCost {
    return (shares === null ? null : this.shared.get(shares)) ?? new AnswerCost(cost);
  }

  sumOf(viewer: Viewer): Sum {
    return this.users.get(viewer.id) ?? new Sum();
  }

  hold({ id }: Viewer, shares: string | null, part: AnswerCost, sum: Sum): void {
    if (shares !== null) this.shared.set(shares, part);
    this.users.set(id, sum);
    part.holdIn(sum);
  }

  release({ id }: Viewer, shares: string | null, part: AnswerCost, sum: Sum): void {
    part.releaseFrom(sum);
    if (sum.holds === 0) this.users.delete(id);
    if (shares !== null && !part.isHeld) this.shared.delete(shares);
  }
}

/** One operation may always cost what a single one may. */
function mostOf(viewer: Viewer, { liveCost, cost, serviceCost }: LiveCostLimits): number {
  return Math.max(liveCost, isService(viewer) ? serviceCost : cost);
}

/** What making an answer costs. */
class AnswerCost extends Part {
  private isKnown = false;

  /** Viewers who share the answer to a subscription may be told less of it than others. */
  note(cost: number, isShared: boolean): void {
    this.resize(isShared && this.isKnown ? Math.max(cost, this.size) : cost);
    this.isKnown = true;
  }
}

class LiveCostOfOperation implements LiveCost {
  private part: AnswerCost | null = null;
  private sum: Sum | null = null;

  constructor(
    private readonly costs: LiveCosts,
    private readonly viewer: Viewer,
    private readonly shares: string | null,
    private readonly expected: number,
    private readonly most: number,
  ) {}

  get perEvent(): number {
    return this.part?.size ?? this.expected;
  }

  get isWithin(): boolean {
    return this.sum === null || this.sum.value <= this.most;
  }

  begin(): CostLimitExceeded | null {
    const part = this.costs.partOf(this.shares, this.expected);
    const sum = this.costs.sumOf(this.viewer);
    if (!part.fits(sum, this.most)) return CostLimitExceeded.ofLiveOperations(this.most);
    this.costs.hold(this.viewer, this.shares, part, sum);
    this.part = part;
    this.sum = sum;
    return null;
  }

  refuse(cost: number): CostLimitExceeded | null {
    const { part, sum } = this;
    if (!part || !sum || sum.value - part.size + cost <= this.most) return null;
    this.end();
    return CostLimitExceeded.ofLiveOperations(this.most);
  }

  note(cost: number): void {
    this.part?.note(cost, this.shares !== null);
  }

  end(): void {
    const { part, sum } = this;
    if (part && sum) this.costs.release(this.viewer, this.shares, part, sum);
    this.part = null;
    this.sum = null;
  }
}
