import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Directive, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { grantCredits } from '../../actions/credits/grant-credits';
import { recordUsage, type Usage, type UsageOutcome } from '../../actions/credits/record-usage';
import { MalformedEntry, Refusal } from '../../domain/refusals';
import { CreditBalance, toCreditBalance } from '../billing/billing-types';
import type { OperationContext } from '../context';
import { refusable, toUserError, UserError } from '../errors/user-error';
import { type EntryFault, faultsOfEntries } from '../input/check-inputs';
import { GrantCreditsInput, RecordUsageBatchInput, RecordUsageInput } from './credit-inputs';

const MOST_IN_A_BATCH = 1_000;

@ObjectType({ description: 'The result of a change of credits.' })
export class RecordUsagePayload {
  @Field(() => CreditBalance, {
    nullable: true,
    description: 'The balance after the call. Null if the call was refused.',
  })
  credits: CreditBalance | null;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@ObjectType({ description: 'The results of a batch of usage.' })
export class RecordUsageBatchPayload {
  @Field(() => [RecordUsagePayload], {
    description: 'One result for each entry, in their order. Empty if the batch was refused.',
  })
  results: RecordUsagePayload[];

  @Field(() => [UserError], { description: 'Why the whole batch was refused. Empty if it was not.' })
  userErrors: UserError[];
}

@Resolver()
export class CreditMutations {
  @Directive('@requiresScopes(scopes: [["usage:write"]])')
  @Mutation(() => RecordUsagePayload, {
    nullable: true,
    description: 'Records used credits, once for each key, even if the balance is too small.',
  })
  async recordUsage(
    @Arg('input', () => RecordUsageInput) input: RecordUsageInput,
    @Ctx() { services }: OperationContext,
  ): Promise<RecordUsagePayload> {
    const [outcome] = await recordUsage(services, [usageOf(input)]);
    return toPayload(input.organizationId, outcome!);
  }

  @Directive('@requiresScopes(scopes: [["usage:write"]])')
  @Mutation(() => RecordUsageBatchPayload, {
    nullable: true,
    description:
      'Like recordUsage, for many entries. Each entry is recorded or refused on its own. A malformed entry in the variables is INVALID on its own.',
  })
  recordUsageBatch(
    @Arg('input', () => RecordUsageBatchInput) { entries }: RecordUsageBatchInput,
    @Ctx() { services }: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecordUsageBatchPayload> {
    return refusable<RecordUsageBatchPayload>(
      async () => {
        if (entries.length > MOST_IN_A_BATCH)
          throw new Refusal('TOO_MANY_ENTRIES', ['input', 'entries'], { limit: MOST_IN_A_BATCH });
        const faults = faultsOfEntries(info);
        const outcomes = await recordUsage(services, entries.filter((_, place) => !faults[place]).map(usageOf));
        const recorded = outcomes.values();
        return {
          results: entries.map(({ organizationId }, place) =>
            toPayload(organizationId, malformed(faults[place]) ?? recorded.next().value!),
          ),
        };
      },
      { results: [] },
    );
  }

  @Directive('@requiresScopes(scopes: [["billing:write"]])')
  @Mutation(() => RecordUsagePayload, {
    nullable: true,
    description: 'Grants credits to an organization, once for each key. They do not expire.',
  })
  grantCredits(
    @Arg('input', () => GrantCreditsInput)
    { organizationId, credits, reason = null, idempotencyKey }: GrantCreditsInput,
    @Ctx() { services }: OperationContext,
  ): Promise<RecordUsagePayload> {
    return refusable<RecordUsagePayload>(
      async () => ({
        credits: toCreditBalance(
          organizationId,
          await grantCredits(services, { organizationId, credits, reason, idempotencyKey }),
        ),
      }),
      { credits: null },
    );
  }
}

function usageOf({ organizationId, userId, feature, credits, occurredAt, idempotencyKey }: RecordUsageInput): Usage {
  return {
    organizationId,
    userId: userId ?? null,
    feature,
    credits,
    occurredAt: occurredAt?.getTime() ?? null,
    idempotencyKey,
  };
}

function malformed(fault: EntryFault | null | undefined): UsageOutcome | null {
  return fault ? { refusal: new MalformedEntry(fault.message, ['input', ...fault.path]) } : null;
}

function toPayload(organizationId: string, outcome: UsageOutcome): RecordUsagePayload {
  return 'refusal' in outcome
    ? { credits: null, userErrors: [toUserError(outcome.refusal)] }
    : { credits: toCreditBalance(organizationId, outcome.credits), userErrors: [] };
}
