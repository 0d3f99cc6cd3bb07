import { Extensions, Field, ID, InputType } from 'type-graphql';
import { JUDGES_EACH_ENTRY } from '../input/malformed-entries';
import { DateTime, SafeInt } from '../shared/scalars';

@InputType({ description: 'Used credits.' })
export class RecordUsageInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { nullable: true, description: 'The user who used them. Omit it if no single user did.' })
  userId?: string | null;

  @Field(() => String, { description: 'What the credits were used for. At most 500 characters.' })
  feature: string;

  @Field(() => SafeInt, { description: 'The number of credits, 1 or more.' })
  credits: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the credits were used. The default is now. At most a day ahead, and not before the year 2001.',
  })
  occurredAt?: Date | null;

  @Field(() => String, {
    description: 'At most 255 characters. A repeated call with the same key and values changes nothing.',
  })
  idempotencyKey: string;
}

@InputType({ description: 'Usage of one or more organizations.' })
export class RecordUsageBatchInput {
  @Extensions(JUDGES_EACH_ENTRY)
  @Field(() => [RecordUsageInput], { description: 'At most 1,000.' })
  entries: RecordUsageInput[];
}

@InputType({ description: 'Credits to grant.' })
export class GrantCreditsInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => SafeInt, { description: 'The number of credits, 1 or more.' })
  credits: number;

  @Field(() => String, { nullable: true, description: 'The reason, for the log. At most 500 characters.' })
  reason?: string | null;

  @Field(() => String, {
    description: 'At most 255 characters. A repeated call with the same key and values changes nothing.',
  })
  idempotencyKey: string;
}
