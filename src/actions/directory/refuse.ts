import { Refusal } from '../../domain/refusals';

const FIELD = ['input', 'id'];

export function alreadySpent(): Refusal {
  return new Refusal('ALREADY_DECIDED', 'This invitation has been accepted or revoked already.', FIELD);
}

export function unknownInvitation(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such invitation.', FIELD);
}
