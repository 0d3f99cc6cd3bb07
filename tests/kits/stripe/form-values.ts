import type { Form, FormValue } from './form-body';

export function text(value: FormValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function number(value: FormValue | undefined): number | null {
  return typeof value === 'string' && value !== '' ? Number(value) : null;
}

export function fields(value: FormValue | undefined): Form {
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

export function rows(value: FormValue | undefined): Form[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function metadata(value: FormValue | undefined): Record<string, string> {
  const entries = Object.entries(fields(value)).filter(([, each]) => typeof each === 'string' && each !== '');
  return Object.fromEntries(entries) as Record<string, string>;
}

/** New keys are added, the others stay; an empty value takes a key away. */
export function mergeMetadata(into: Record<string, string>, value: FormValue | undefined): void {
  for (const [key, each] of Object.entries(fields(value)))
    if (each === '') delete into[key];
    else into[key] = each as string;
}
