import { Refusal } from '../../domain/refusals';

const FIELD = ['input', 'id'];

export function alreadySpent(): Refusal {
  return new Refusal('ALREADY_DECIDED', 'This invitation has already been accepted or revoked.', FIELD);
}

export function unknownInvitation(): Refusal {
  return new Refusal('NOT_FOUND', 'The invitation does not exist.', FIELD);
}
