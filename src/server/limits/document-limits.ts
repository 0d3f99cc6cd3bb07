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

/**
 * Most errors of one request that is refused before it is executed. graphql-js adds one of its own where there are more than
 * its `maxErrors`.
 */
export const MOST_ERRORS = 10;

/**
 * For each error graphql-js reads the source up to the place that it names, and counts the lines. In documents that are larger
 * than this, errors name no places.
 */
const MOST_CHARACTERS_WITH_PLACES = 16_384;
const MOST_LINES_WITH_PLACES = 1_000;

/** Reading stops at the token that is one too many. */
export function parseOptions(source: string, { tokens }: Limits): ParseOptions {
  return { maxTokens: tokens, noLocation: !hasPlaces(source) };
}

/** graphql-js has no error of its own for too many tokens. */
const TOO_MANY_TOKENS = { says: 'Syntax Error: Document contains more that ', code: 'TOKEN_LIMIT_EXCEEDED' };

/** The code of what a document can't be parsed for. */
export function parseFaultCode({ message }: GraphQLError): string {
  return message.startsWith(TOO_MANY_TOKENS.says) ? TOO_MANY_TOKENS.code : 'GRAPHQL_PARSE_FAILED';
}

/**
 * Rules for the validation of documents, besides graphql-js's own. Fragments count wherever they are spread, and are looked into
 * once. In production the schema is not revealed.
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

function hasPlaces(source: string): boolean {
  if (source.length > MOST_CHARACTERS_WITH_PLACES) return false;
  let lines = 1;
  for (let i = 0; i < source.length; i += 1) if (source[i] === '\n' || source[i] === '\r') lines += 1;
  return lines <= MOST_LINES_WITH_PLACES;
}
