import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { documentRules, MOST_ERRORS, parseFaultCode, parseOptions } from '../limits/document-limits';
import type { Limits } from '../limits/limits';
import { refuseConditionalSubscription } from './conditional-subscription';
import type { Documents } from './documents';

export interface ValidDocumentsOptions {
  readonly documents: Documents;
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly production: boolean;
}

/** The document of a source, or why it is refused. */
export type DocumentOf = (source: string) => DocumentNode | GraphQLError[];

/** Parses and validates each source once, as long as its document is kept. */
export function createDocumentOf({ documents, schema, limits, production }: ValidDocumentsOptions): DocumentOf {
  const rules = [...specifiedRules, ...documentRules(limits, production)];
  const options = { maxErrors: MOST_ERRORS - 1, hideSuggestions: production };
  return (source) => {
    const held = documents.find(source);
    if (held) return held;
    const document = parsed(source, limits);
    if (document instanceof GraphQLError) return [document];
    const conditional = refuseConditionalSubscription(document);
    if (conditional) return [conditional];
    const faults = validated(schema, document, rules, options);
    if (faults.length > 0) return faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED'));
    documents.keep(source, document);
    return document;
  };
}

function parsed(source: string, limits: Limits): DocumentNode | GraphQLError {
  try {
    return parse(source, parseOptions(source, limits));
  } catch (error) {
    const fault = error instanceof GraphQLError ? error : new GraphQLError('The document is nested too deeply.');
    return coded(fault, parseFaultCode(fault));
  }
}

/** validate() goes as deep as the document does, and ends where the stack does. */
function validated(...args: Parameters<typeof validate>): readonly GraphQLError[] {
  try {
    return validate(...args);
  } catch (error) {
    return [new GraphQLError('The document cannot be validated.', { originalError: error as Error })];
  }
}

/** A limit has a code of its own. */
function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions.code ??= code;
  return error;
}
