import { Refusal } from '../../domain/refusals';

const FIELD = ['input', 'id'];

export function alreadySpent(): Refusal {
  return new Refusal('INVITATION_DECIDED', FIELD);
}

export function unknownInvitation(): Refusal {
  return new Refusal('INVITATION_NOT_FOUND', FIELD);
}

/** A call that is older than what the service knows (D2). */
export function stale(): Refusal {
  return new Refusal('STALE', ['input', 'revision']);
}

/** What became of a directory call. */
export interface DirectoryOutcome {
  readonly changed: boolean;
  /** The call was too old for the membership; `changed` says whether it changed anything else. */
  readonly stale?: Refusal;
}
