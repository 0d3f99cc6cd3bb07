import { Field, ObjectType } from 'type-graphql';
import type { RefusalCode, RefusalMessageCode } from '../../domain/refusal-messages';
import { Refusal } from '../../domain/refusals';
import { registerEnum } from '../shared/register-enum';
import { JsonObject } from '../shared/scalars';

const UserErrorCode = registerEnum<RefusalCode>(
  'UserErrorCode',
  'A refusal by a rule of the business. The refused call changed nothing, but for what is said of STALE and APPROVAL_REQUIRED.',
  {
    NOT_A_MEMBER: 'The person is not a current member of the organization.',
    INVITATION_PENDING: 'The person has a pending invitation, and appears once they accept.',
    OWNER_HAS_ACCESS_BY_DEFAULT: "The person is an owner. An owner's access depends on the role only.",
    ALREADY_HAS_BILLING_ACCESS: 'The user who requests billing access already has it.',
    ROSTER_FULL: 'The organization has the maximum number of billing admins.',
    VERSION_CONFLICT: 'The roster has changed since the version that the caller saw.',
    NOT_FOUND: 'The organization, the request or the invitation does not exist.',
    INVALID: 'The values are not possible together or now. The message says why.',
    ALREADY_DECIDED: 'The request or the invitation has already been decided.',
    CONTROL_UNAVAILABLE: 'The billing control is closed. The message says why.',
    RETURN_URL_NOT_ALLOWED: 'The origin of the return address is not allowed.',
    IDEMPOTENCY_KEY_REUSED: 'The key was used before with other values.',
    PREVIEW_EXPIRED: 'The preview is out of date. Request a new one.',
    PAYMENT_DECLINED: 'The payment provider declined the charge.',
    APPROVAL_REQUIRED:
      'The purchase is over the spending policy. Nothing was bought; an owner decides about `purchaseRequest`.',
    STALE:
      'The service knows a newer revision of the membership, or of the removal. The membership stays as it is. If `changed` is true, a newer profile was taken over, or what ended before the membership was revoked.',
    TOO_MANY_REMOVALS: 'The sync would remove more members than the call allows.',
  },
);

@ObjectType({ description: 'Why a rule of the business refused a mutation.' })
export class UserError {
  @Field(() => UserErrorCode, { description: 'The code, for programs.' })
  code: RefusalCode;

  @Field(() => String, { description: 'The message for people, in English.' })
  message: string;

  @Field(() => String, { description: 'Which message it is, to be said in any language. New codes may be added.' })
  messageCode: RefusalMessageCode;

  @Field(() => JsonObject, { description: 'What `messageCode` needs: numbers and times, no text.' })
  values: Refusal['values'];

  @Field(() => [String], {
    nullable: true,
    description: 'Path of the input field at fault, for example ["input", "userId"].',
  })
  field: readonly string[] | null;
}

/**
 * Runs a mutation; what the business refuses becomes its `userErrors`, beside what `whenRefused` says of the rest: a value, or a function of
 * the refusal.
 */
export async function refusable<Payload extends { userErrors: UserError[] }>(
  run: () => Promise<Omit<Payload, 'userErrors'>>,
  whenRefused: Omit<Payload, 'userErrors'> | ((refusal: Refusal) => Promise<Omit<Payload, 'userErrors'>>),
): Promise<Payload> {
  try {
    return { ...(await run()), userErrors: [] } as unknown as Payload;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const rest = typeof whenRefused === 'function' ? await whenRefused(error) : whenRefused;
    return { ...rest, userErrors: [toUserError(error)] } as unknown as Payload;
  }
}

export function toUserError({ code, message, messageCode, values, field }: Refusal): UserError {
  return { code, message, messageCode, values, field };
}
