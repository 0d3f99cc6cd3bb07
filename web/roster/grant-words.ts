import type { GrantTerms } from '../documents/roster-documents';
import { formatEnd } from '../look/dates';

export const ACCESS_WORDS: Record<GrantTerms['access'], string> = {
  MANAGE: 'Can manage billing',
  VIEW: 'Look only',
};

/** "Look only · until 31 December". */
export function grantWords({ access, expiresAt }: GrantTerms, now: number): string {
  return expiresAt === null ? ACCESS_WORDS[access] : `${ACCESS_WORDS[access]} · until ${formatEnd(expiresAt, now)}`;
}

/** In a sentence about somebody who asks: "to look only until 31 December". */
export function askedWords({ access, expiresAt }: GrantTerms, now: number): string {
  const what = access === 'VIEW' ? 'to look only' : 'to manage billing';
  return expiresAt === null ? what : `${what} until ${formatEnd(expiresAt, now)}`;
}
