import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Catalog } from '../domain/billing/catalog';
import { DEFAULT_CATALOG } from '../domain/billing/default-catalog';
import { isIdentifier } from '../domain/identifiers';
import { minorDigitsOf } from '../payments/currencies';
import { faultOfText } from '../domain/text';
import { BadSetting } from './settings';

const key = z.string().refine(isIdentifier, 'must be 1 to 255 printable ASCII characters without a space');
/** A thousand of them and more add up to a number that JSON holds exactly. */
const MOST_AMOUNT = 1_000_000_000_000;

const amount = z.number().int().min(0).max(MOST_AMOUNT);
const name = z.string().superRefine((value, context) => {
  const fault = faultOfText(value, 'name');
  if (fault) context.addIssue({ code: 'custom', message: fault });
});

const plan = z.strictObject({
  key,
  name,
  includedCredits: amount,
  prices: z
    .strictObject({ MONTHLY: amount.optional(), ANNUAL: amount.optional() })
    .refine((prices) => Object.keys(prices).length > 0, 'must name a price, MONTHLY or ANNUAL'),
});

const creditPack = z.strictObject({ key, credits: amount.min(1), price: amount.min(1) });

const catalog = z.strictObject({
  currency: z
    .string()
    .refine((code) => minorDigitsOf(code) !== null, 'must be the ISO 4217 code of a currency in use, such as USD'),
  plans: z.array(plan).superRefine(refuseRepeatedKeys),
  creditPacks: z.array(creditPack).superRefine(refuseRepeatedKeys),
});

/**
 * The catalog in the JSON file at `path`, or the default one where there is no path. Throws `BadSetting`, which names the
 * place in the file and the reason (B1).
 */
export async function readCatalog(path: string | null): Promise<Catalog> {
  if (path === null) return DEFAULT_CATALOG;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new BadSetting(`CATALOG_FILE names ${path}, which cannot be read (${error.code ?? error.message}).`);
  });
  const result = catalog.safeParse(parseJson(text, path));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path: place, message }) => `${place.join('.') || 'the file'}: ${message}`);
  throw new BadSetting(`CATALOG_FILE names ${path}, which is no catalog: ${faults.join('; ')}.`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadSetting(`CATALOG_FILE names ${path}, which is not JSON: ${(error as Error).message}.`);
  }
}

function refuseRepeatedKeys(items: readonly { key: string }[], context: z.RefinementCtx): void {
  items.forEach((item, index) => {
    if (items.findIndex((other) => other.key === item.key) < index)
      context.addIssue({ code: 'custom', path: [index, 'key'], message: `repeats the key ${item.key}` });
  });
}
