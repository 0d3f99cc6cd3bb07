/** Signs and verifies every token of a run; the databases hold invented people only. */
export const SECRET = 'a secret of at least thirty-two bytes, for measuring';

/** The organizations that are asked about, each by a member of its own: tokens and rows vary as they do in life. */
export const ORGANIZATIONS = 50;

export const ADMINS_OF_EACH = 5;

export const organizationId = (index: number) => `org-${index}`;

/** A member without billing access: the most that there is to say about each control. */
export const memberId = (index: number) => `member-${index}`;
