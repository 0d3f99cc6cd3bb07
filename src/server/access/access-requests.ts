import { z } from 'zod';
import { type AccessQuestion, type Denial, deny, type Semantic } from '../../actions/access/evaluate-access';
import { MOST_CHECKS } from '../../actions/loaders/access-checks';
import { BadInput } from '../../domain/refusals';

// The bodies of AuthZEN 1.0. What they hold besides (properties, context, what is yet to be invented) is ignored: nothing that a caller
// says of a user or an organization opens anything.

const SUBJECT_TYPE = 'user';
const RESOURCE_TYPE = 'organization';

const text = z.string({ error: 'must be a text' });
const object = z.custom<object>(isObject, { error: 'must be an object' }).optional();
const shape = <Shape extends z.ZodRawShape>(fields: Shape) => z.object(fields, { error: 'must be an object' });

const identified = shape({ type: text, id: text, properties: object });
const typed = shape({ type: text, properties: object });
const action = shape({ name: text, properties: object });
const context = object;

const EVALUATION = shape({ subject: identified, action, resource: identified, context });

/** One of several, which has what is not as usual. */
const ONE_OF_SEVERAL = EVALUATION.partial();

const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const satisfies Semantic[];

/** What stands beside the evaluations: what each of them has that does not say otherwise, and how they are answered. */
const EVALUATIONS = shape({
  subject: identified.optional(),
  action: action.optional(),
  resource: identified.optional(),
  context,
  options: shape({
    evaluations_semantic: z.enum(SEMANTICS, { error: `must be one of ${SEMANTICS.join(', ')}` }).optional(),
  }).optional(),
  // Its entries are read when it is known that they are not too many.
  evaluations: z.custom<readonly unknown[]>(Array.isArray, { error: 'must be a list' }).optional(),
});

const WHOLE = 'must be a whole number, 0 or more';
const page = shape({
  token: text.optional(),
  limit: z.int({ error: WHOLE }).min(0, { error: WHOLE }).optional(),
  properties: object,
}).optional();

const USER_SEARCH = shape({ subject: typed, action, resource: identified, context, page });
const ORGANIZATION_SEARCH = shape({ subject: identified, action, resource: typed, context, page });
const ACTION_SEARCH = shape({ subject: identified, resource: identified, context, page });

/** What of a search says which part of the results is wanted. */
export type PageRequest = z.output<typeof page>;

/** @throws BadInput where something that is needed is missing or of another type. */
export function readEvaluation(body: unknown): AccessQuestion | Denial {
  return questionOf(read(EVALUATION, body));
}

export interface EvaluationsRequest {
  readonly questions: readonly (AccessQuestion | Denial)[];
  readonly semantic: Semantic;
}

/** Null if there are no evaluations: the body is then one itself. An evaluation that cannot be read is denied, and no other. */
export function readEvaluations(body: unknown): EvaluationsRequest | null {
  const { evaluations, options, ...usual } = read(EVALUATIONS, body);
  if (evaluations === undefined || evaluations.length === 0) return null;
  if (evaluations.length > MOST_CHECKS) throw new BadInput(`evaluations has at most ${MOST_CHECKS} entries.`);
  return {
    questions: evaluations.map((evaluation, place) => completed(evaluation, usual, place)),
    semantic: options?.evaluations_semantic ?? 'execute_all',
  };
}

/** A search for what there is nothing of: another type of subject or resource is no mistake. */
interface Search<Asked> {
  readonly asked: Asked | null;
  readonly page: PageRequest;
  /** All that decides about the results, for the token of a page. */
  readonly about: readonly string[];
}

export function readUserSearch(body: unknown): Search<{ organizationId: string; action: string }> {
  const { subject, action: asked, resource, page: part } = read(USER_SEARCH, body);
  return {
    asked: isKnown(subject, resource) ? { organizationId: resource.id, action: asked.name } : null,
    page: part,
    about: ['subject', subject.type, asked.name, resource.type, resource.id],
  };
}

export function readOrganizationSearch(body: unknown): Search<{ userId: string; action: string }> {
  const { subject, action: asked, resource, page: part } = read(ORGANIZATION_SEARCH, body);
  return {
    asked: isKnown(subject, resource) ? { userId: subject.id, action: asked.name } : null,
    page: part,
    about: ['resource', subject.type, subject.id, asked.name, resource.type],
  };
}

export function readActionSearch(body: unknown): Search<{ userId: string; organizationId: string }> {
  const { subject, resource, page: part } = read(ACTION_SEARCH, body);
  return {
    asked: isKnown(subject, resource) ? { userId: subject.id, organizationId: resource.id } : null,
    page: part,
    about: ['action', subject.type, subject.id, resource.type, resource.id],
  };
}

export const userOf = (id: string) => ({ type: SUBJECT_TYPE, id });
export const organizationOf = (id: string) => ({ type: RESOURCE_TYPE, id });
export const actionOf = (name: string) => ({ name });

/** What an evaluation does not have is as usual, whole. */
function completed(
  evaluation: unknown,
  usual: z.output<typeof ONE_OF_SEVERAL>,
  place: number,
): AccessQuestion | Denial {
  const own = ONE_OF_SEVERAL.safeParse(evaluation);
  if (!own.success) return deny('BAD_REQUEST', faultOf(own.error, ['evaluations', place]));
  const { subject = usual.subject, action: asked = usual.action, resource = usual.resource } = own.data;
  if (subject && asked && resource) return questionOf({ subject, action: asked, resource });
  const missing = !subject ? 'subject' : !asked ? 'action' : 'resource';
  return deny('BAD_REQUEST', `evaluations.${place}.${missing} must be an object.`);
}

function questionOf({ subject, action: asked, resource }: z.output<typeof EVALUATION>): AccessQuestion | Denial {
  if (isKnown(subject, resource)) return { userId: subject.id, organizationId: resource.id, action: asked.name };
  return deny('UNKNOWN_TYPE', `The subject's type is ${SUBJECT_TYPE}, and the resource's ${RESOURCE_TYPE}.`);
}

function isKnown(subject: { type: string }, resource: { type: string }): boolean {
  return subject.type === SUBJECT_TYPE && resource.type === RESOURCE_TYPE;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body);
  if (!result.success) throw new BadInput(faultOf(result.error));
  return result.data;
}

/** Only our own words: the path names fields of the schema, and no value is shown. */
function faultOf({ issues: [issue] }: z.ZodError, place: readonly (string | number)[] = []): string {
  const path = [...place, ...(issue?.path ?? [])].join('.');
  return `${path === '' ? 'The body' : path} ${issue?.message ?? 'is malformed'}.`;
}
