/** Refusals by a rule of the business (X1). The public schema has the same codes as `UserErrorCode`. */
export type RefusalCode =
  | 'NOT_A_MEMBER'
  | 'INVITATION_PENDING'
  | 'OWNER_HAS_ACCESS_BY_DEFAULT'
  | 'ALREADY_HAS_BILLING_ACCESS'
  | 'ROSTER_FULL'
  | 'VERSION_CONFLICT'
  | 'NOT_FOUND'
  | 'INVALID'
  | 'ALREADY_DECIDED'
  | 'CONTROL_UNAVAILABLE'
  | 'RETURN_URL_NOT_ALLOWED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'PREVIEW_EXPIRED'
  | 'PAYMENT_DECLINED';

/** A well-formed call that the business refuses; nothing has changed. It reaches the caller as a `userErrors` entry. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    /** Path of the input field at fault, for example `['input', 'userId']`. */
    readonly field: readonly string[] | null = null,
  ) {
    super(message);
  }
}

/**
 * The viewer may not. One sentence for everything, so that an organization that does not exist and one that the viewer
 * does not belong to answer alike (A4).
 */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';

  constructor(message = 'You do not have access to this.') {
    super(message);
  }
}

/** The input is malformed: the caller's programme is at fault, not the person's wish. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** Something that this service stands on (the database, a key set) is away; the same call may be repeated later. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
