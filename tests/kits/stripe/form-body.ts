/** What a form or a query string holds, in Stripe's way of writing: `items[0][price]=…`. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type Form = Record<string, FormValue>;

export function parseForm(text: string): Form {
  const form: Form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [head = '', ...rest] = name.replaceAll(']', '').split('[');
    put(form, [head, ...rest], value);
  }
  return Object.fromEntries(Object.entries(form).map(([key, value]) => [key, withLists(value)]));
}

function put(into: Form, [key = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) into[key] = value;
  else {
    into[key] ??= {};
    put(into[key] as Form, rest, value);
  }
}

function withLists(value: FormValue): FormValue {
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withLists(inner)] as const);
  return entries.every(([key]) => /^\d+$/.test(key)) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
