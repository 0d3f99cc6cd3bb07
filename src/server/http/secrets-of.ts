import type { Settings } from '../settings';

/** What is shorter is part of many words, and a log without those says nothing. */
const SHORTEST = 4;

/** The secrets among the settings, in each form in which an error could quote them: they are never logged. */
export function secretsOf({ databaseUrl, redis, tokens, stripe, webhooks, metricsToken }: Settings): string[] {
  const passwords = [databaseUrl, redis?.url ?? ''].flatMap(passwordsIn);
  const others = [
    tokens?.kind === 'secret' ? tokens.secret : null,
    stripe?.secretKey,
    stripe?.webhookSecret,
    // An address may be one that only the receiver and the operator know.
    webhooks?.url,
    ...(webhooks?.secrets ?? []).map((secret) => secret.toString('base64')),
    metricsToken,
  ];
  const all = [...passwords, ...others].filter((secret) => secret != null && secret.length >= SHORTEST) as string[];
  // Longer ones first: one may be part of another.
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** As it is written in the address, and as the server is sent it. */
function passwordsIn(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { password } = new URL(address);
  const [, written = ''] = /^[^/]*\/\/[^/@:]*:([^/]*)@/.exec(address) ?? [];
  return [password, written, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
