import { Extensions, Field, ID, InputType } from 'type-graphql';
import { JUDGES_EACH_ENTRY } from '../input/check-inputs';
import { DateTime, SafeInt } from '../shared/scalars';

@InputType({ description: 'Credits that were used.' })
export class RecordUsageInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { nullable: true, description: 'Who used them; left out where nobody in particular did.' })
  userId?: string | null;

  @Field(() => String, { description: 'What for. At most 500 characters.' })
  feature: string;

  @Field(() => SafeInt, { description: 'How many: 1 or more.' })
  credits: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When; left out: now. At most a day ahead, and not before the year 2001.',
  })
  occurredAt?: Date | null;

  @Field(() => String, {
    description: 'At most 255 characters. Repeating a call with the same key and values changes nothing.',
  })
  idempotencyKey: string;
}

@InputType({ description: 'Usage of any organizations.' })
export class RecordUsageBatchInput {
  @Extensions(JUDGES_EACH_ENTRY)
  @Field(() => [RecordUsageInput], { description: 'At most 1,000.' })
  entries: RecordUsageInput[];
}

@InputType({ description: 'Credits to give.' })
export class GrantCreditsInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => SafeInt, { description: 'How many: 1 or more.' })
  credits: number;

  @Field(() => String, { nullable: true, description: 'Why, for the log. At most 500 characters.' })
  reason?: string | null;

  @Field(() => String, {
    description: 'At most 255 characters. Repeating a call with the same key and values changes nothing.',
  })
  idempotencyKey: string;
}
