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
  | 'PAYMENT_DECLINED'
  | 'APPROVAL_REQUIRED'
  | 'STALE'
  | 'TOO_MANY_REMOVALS';

/** A well-formed call that a rule of the business refuses. Nothing has changed. The caller gets a `userErrors` entry. */
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
 * The viewer has no permission. One sentence for everything, so that an organization that does not exist and one that the viewer
 * does not belong to get the same response (A4).
 */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';

  constructor(message = 'You do not have access to this.') {
    super(message);
  }
}

/** The input is malformed. The caller's program is at fault, not the user. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** A dependency of the service (the database, a key set) is not available. The same call may be repeated later. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
