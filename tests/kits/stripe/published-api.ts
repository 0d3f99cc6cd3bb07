import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Form, FormValue } from './form-body';
import { invalid, type StripeRefusal } from './stripe-refusal';

/** The files of the package that the calls which we make are declared in. */
const RESOURCES = [
  ...['Customers', 'Products', 'Prices', 'Checkout/Sessions', 'PaymentIntents', 'Subscriptions', 'PaymentMethods'],
  ...['SubscriptionSchedules', 'Invoices', 'InvoicePayments', 'Refunds', 'Disputes', 'BillingPortal/Sessions'],
  'TestHelpers/TestClocks',
];

const FOLDER = join(dirname(require.resolve('stripe')), 'resources');

/** Stripe expands no deeper. https://docs.stripe.com/expand */
const DEEPEST_EXPANSION = 4;

/** One call of Stripe's API, as the official package declares it. */
export interface PublishedCall {
  /** For example `Subscriptions.update`. */
  readonly name: string;
  readonly method: string;
  /** The path's value in place of `${…}`. */
  readonly ids: readonly string[];
  /** What is wrong with the parameters; null: nothing. */
  faultOf(parameters: Form): StripeRefusal | null;
}

interface DeclaredCall {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly parameters: ts.Type | null;
  readonly answer: ts.Type;
}

/**
 * Stripe's API as the package publishes it: the paths from the code that asks for them, the parameters and what may be
 * expanded from its type declarations. Nothing is listed by hand, so that a new version of the package is held to its
 * own API.
 */
export class PublishedApi {
  readonly #checker: ts.TypeChecker;
  readonly #calls: DeclaredCall[];

  constructor() {
    const files = RESOURCES.map((name) => join(FOLDER, `${name}.d.ts`));
    const options: ts.CompilerOptions = {
      lib: ['lib.es2023.d.ts'],
      types: [],
      strict: true,
      skipLibCheck: true,
      module: ts.ModuleKind.Node20,
      moduleResolution: ts.ModuleResolutionKind.Node16,
    };
    const host = ts.createCompilerHost(options);
    // The package refers to the types of Node, which say nothing of the calls and take half of the time.
    host.resolveTypeReferenceDirectiveReferences = (references) =>
      references.map(() => ({ resolvedTypeReferenceDirective: undefined }));
    const program = ts.createProgram(files, options, host);
    this.#checker = program.getTypeChecker();
    this.#calls = RESOURCES.flatMap((name) => this.#declared(program, name)).sort(
      // `/customers/search` is no customer's id.
      (one, other) => one.path.source.split('(').length - other.path.source.split('(').length,
    );
  }

  /** The call that a request makes; null: Stripe has none such, or we never make it. */
  find(method: string, path: string): PublishedCall | null {
    for (const call of this.#calls) {
      const match = call.method === method ? call.path.exec(path) : null;
      if (match)
        return {
          name: call.name,
          method,
          ids: match.slice(1).map(decodeURIComponent),
          faultOf: (parameters) => this.#faultOfCall(call, parameters),
        };
    }
    return null;
  }

  #declared(program: ts.Program, name: string): DeclaredCall[] {
    const checker = this.#checker;
    const file = program.getSourceFile(join(FOLDER, `${name}.d.ts`));
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`The package declares no ${name}.`);
    const resource = checker.getExportsOfModule(module).find((symbol) => symbol.name.endsWith('Resource'));
    if (!resource) throw new Error(`The package declares no resource in ${name}.`);
    const type = checker.getDeclaredTypeOfSymbol(resource);
    const code = readFileSync(join(FOLDER, `${name}.js`), 'utf8');
    const asks = code.matchAll(/^ {4}(\w+)\([^)]*\) \{\s+return this\._makeRequest\('(\w+)', (['`])(.+?)\3/gm);
    return [...asks].map(([, methodName = '', method = '', , path = '']) => {
      const symbol = type.getProperty(methodName);
      const signature = symbol && checker.getTypeOfSymbol(symbol).getCallSignatures()[0];
      if (!signature) throw new Error(`The package declares no ${name}.${methodName}.`);
      const parameters = signature.getParameters().find((parameter) => parameter.name === 'params');
      const answer = checker.getTypeArguments(signature.getReturnType() as ts.TypeReference)[0];
      if (!answer) throw new Error(`The package declares no answer of ${name}.${methodName}.`);
      return {
        name: `${name}.${methodName}`,
        method,
        path: new RegExp(`^${path.replace(/\$\{.+?\}/g, '([^/]+)')}$`),
        parameters: parameters ? checker.getNonNullableType(checker.getTypeOfSymbol(parameters)) : null,
        answer,
      };
    });
  }

  #faultOfCall({ parameters: type, answer, name }: DeclaredCall, parameters: Form): StripeRefusal | null {
    if (!type) {
      const [unknown] = Object.keys(parameters);
      return unknown === undefined ? null : unknownParameter(unknown);
    }
    const fault = this.#faultOfFields(parameters, type, '');
    if (fault) return fault;
    const isList = /\.(list\w*|search)$/.test(name);
    for (const path of (parameters.expand ?? []) as string[])
      if (!this.#canExpand(answer, path, isList)) return invalid(`This property cannot be expanded (${path}).`);
    return null;
  }

  #faultOfFields(values: Form, type: ts.Type, path: string): StripeRefusal | null {
    const named = (key: string) => (path === '' ? key : `${path}[${key}]`);
    const anyKey = type.getStringIndexType();
    for (const [key, value] of Object.entries(values)) {
      const property = this.#checker.getPropertyOfType(type, key);
      const expected = property ? this.#checker.getTypeOfSymbol(property) : anyKey;
      if (!expected) return unknownParameter(named(key));
      const fault = this.#faultOfValue(value, expected, named(key));
      if (fault) return fault;
    }
    const left = this.#checker
      .getPropertiesOfType(type)
      .find(({ flags, name }) => !(flags & ts.SymbolFlags.Optional) && !(name in values));
    return left
      ? invalid(`Missing required param: ${named(left.name)}.`, { code: 'parameter_missing', param: named(left.name) })
      : null;
  }

  #faultOfValue(value: FormValue, type: ts.Type, path: string): StripeRefusal | null {
    const members = type.isUnion() ? type.types : [type];
    if (typeof value === 'string') return this.#faultOfText(value, members, path);
    let fault: StripeRefusal | null = invalid(`Invalid value for ${path}.`, { param: path });
    for (const member of members) {
      if (this.#checker.isArrayType(member)) {
        if (!Array.isArray(value)) continue;
        const [element] = this.#checker.getTypeArguments(member as ts.TypeReference);
        fault = value
          .map((inner, index) => element && this.#faultOfValue(inner, element, `${path}[${index}]`))
          .find(Boolean) as StripeRefusal | null;
      } else if (member.flags & ts.TypeFlags.Object && !Array.isArray(value))
        fault = this.#faultOfFields(value, member, path);
      else continue;
      if (!fault) return null;
    }
    return fault;
  }

  #faultOfText(value: string, members: readonly ts.Type[], path: string): StripeRefusal | null {
    const literals = members.filter((member) => member.isStringLiteral()).map(({ value: literal }) => literal);
    const canBeUnset = literals.includes('') || members.some(({ flags }) => flags & ts.TypeFlags.Null);
    if (value === '')
      return canBeUnset
        ? null
        : invalid(
            `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter`,
            {
              code: 'parameter_invalid_empty',
              param: path,
            },
          );
    const fits = members.some((member) => {
      if (member.isStringLiteral()) return member.value === value;
      if (member.flags & ts.TypeFlags.Number) return /^-?\d+(\.\d+)?$/.test(value);
      if (member.flags & ts.TypeFlags.BooleanLiteral) return value === this.#checker.typeToString(member);
      // A string of any sort; but beside named values it means names that Stripe may add later.
      const isText = member.flags & ts.TypeFlags.String || member.isIntersection();
      return isText && literals.filter((literal) => literal !== '').length === 0;
    });
    return fits ? null : invalid(`Invalid ${path}: ${value}`, { param: path });
  }

  #canExpand(answer: ts.Type, path: string, isList: boolean): boolean {
    const segments = path.split('.');
    if (segments.length > DEEPEST_EXPANSION) return false;
    if (isList && segments.shift() !== 'data') return false;
    let within: ts.Type[] = answer.isUnion() ? answer.types : [answer];
    for (const [index, segment] of segments.entries()) {
      const property = within.map((type) => this.#checker.getPropertyOfType(type, segment)).find(Boolean);
      if (!property) return false;
      const type = this.#checker.getTypeOfSymbol(property);
      const members = type.isUnion() ? type.types : [type];
      const isLast = index === segments.length - 1;
      const isReference = members.some(({ flags }) => flags & ts.TypeFlags.String);
      const isIncludable = Boolean(property.flags & ts.SymbolFlags.Optional);
      if (isLast && !isReference && !isIncludable) return false;
      within = members
        .filter(({ flags }) => flags & ts.TypeFlags.Object)
        .flatMap((member) =>
          this.#checker.isArrayType(member) ? this.#checker.getTypeArguments(member as ts.TypeReference) : [member],
        );
      if (within.length === 0) return false;
    }
    return true;
  }
}

function unknownParameter(name: string): StripeRefusal {
  return invalid(`Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name });
}
