import { Field, ObjectType } from 'type-graphql';
import { Refusal, type RefusalCode } from '../../domain/refusals';
import { registerEnum } from '../shared/register-enum';

const UserErrorCode = registerEnum<RefusalCode>(
  'UserErrorCode',
  'What the business refuses. Nothing has changed where one of these is answered.',
  {
    NOT_A_MEMBER: 'The person is no current member of the organization.',
    INVITATION_PENDING: 'The person has been invited, and appears once they accept.',
    OWNER_HAS_ACCESS_BY_DEFAULT: 'The person is an owner: access comes and goes with that role.',
    ALREADY_HAS_BILLING_ACCESS: 'Who asks for billing access has it already.',
    ROSTER_FULL: 'The organization has as many billing admins as it may have.',
    VERSION_CONFLICT: 'The roster has moved on since the version that the caller saw.',
    NOT_FOUND: 'There is no such thing in this organization.',
    INVALID: 'The values do not make sense together or at this time; the message says why.',
    ALREADY_DECIDED: 'The request or the invitation has been settled already.',
    CONTROL_UNAVAILABLE: 'The billing control is closed; the message says why.',
    RETURN_URL_NOT_ALLOWED: 'The return address is of none of the allowed origins.',
    IDEMPOTENCY_KEY_REUSED: 'The same key came with other values before.',
    PREVIEW_EXPIRED: 'What the preview said holds no longer; look at a new one.',
    PAYMENT_DECLINED: 'The payment provider declined the charge.',
  },
);

@ObjectType({ description: 'Why the business refused a mutation.' })
export class UserError {
  @Field(() => UserErrorCode, { description: 'For programmes.' })
  code: RefusalCode;

  @Field(() => String, { description: 'For people, in English.' })
  message: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Path of the input field at fault, for example ["input", "userId"].',
  })
  field: readonly string[] | null;
}

/** Runs a mutation; what the business refuses becomes its `userErrors`, beside what `whenRefused` says of the rest. */
export async function refusable<Payload extends { userErrors: UserError[] }>(
  run: () => Promise<Omit<Payload, 'userErrors'>>,
  whenRefused: Omit<Payload, 'userErrors'>,
): Promise<Payload> {
  try {
    return { ...(await run()), userErrors: [] } as unknown as Payload;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...whenRefused, userErrors: [toUserError(error)] } as unknown as Payload;
  }
}

export function toUserError({ code, message, field }: Refusal): UserError {
  return { code, message, field };
}
