import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  type ParseOptions,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Limits } from './limits';

/** Reading stops at the token that is one too many. */
export function parseOptions({ tokens }: Limits): ParseOptions {
  return { maxTokens: tokens };
}

/** The code of what a document can't be parsed for: graphql-js has no error of its own for too many tokens. */
export function parseFaultCode({ message }: GraphQLError): string {
  return /^Syntax Error: Document contains more that \d+ tokens/.test(message)
    ? 'TOKEN_LIMIT_EXCEEDED'
    : 'GRAPHQL_PARSE_FAILED';
}

/**
 * Rules for the validation of documents, besides graphql-js's own. Fragments count wherever they are spread, and are looked into
 * once. In production nobody is told the schema.
 */
export function documentRules({ depth, aliases, directives }: Limits, production: boolean): ValidationRule[] {
  const refused = (code: string, sentence: string) => ({
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null) => context?.reportError(new GraphQLError(sentence, { extensions: { code } })),
    ],
  });
  return [
    ...(production ? [NoSchemaIntrospectionCustomRule] : []),
    maxDepthRule({
      n: depth,
      flattenFragments: true,
      ...refused('DEPTH_LIMIT_EXCEEDED', `The document has more than ${depth} levels.`),
    }),
    maxAliasesRule({
      n: aliases,
      allowList: [],
      ...refused('ALIAS_LIMIT_EXCEEDED', `The document has more than ${aliases} aliases.`),
    }),
    maxDirectivesRule({
      n: directives,
      ...refused('DIRECTIVE_LIMIT_EXCEEDED', `The document has more than ${directives} directives.`),
    }),
  ] as ValidationRule[];
}
