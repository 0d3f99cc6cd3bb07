import { codeLabel } from '../../../src/server/metrics/error-codes';
import type { ProcessorShare } from './processor-share';

/** `/healthz` never waits longer for the service itself, in milliseconds. */
export const LONGEST_STALL = 1_000;

/** The limit for a service that is idle and does not answer: it may wait for a disk. */
const LONGEST_SILENCE = 3_000;

/** Memory above rest, in megabytes: in the end, and resident at any time. */
export const MOST_LEFT = 50;
export const MOST_RESIDENT = 1_024;

/** Errors of one answer that was refused, and characters of one message. */
const MOST_ERRORS = 10;
const LONGEST_MESSAGE = 1_000;

/** One question for `/healthz`, and where the time went until its answer. */
export interface Wait {
  /** From the question to the answer, in milliseconds. */
  readonly waited: number;
  /** What the service had in that time. */
  readonly service: ProcessorShare;
  /** What the test itself had in that time: it may be late too. */
  readonly asking: ProcessorShare;
}

export interface Stall {
  /** Milliseconds in which the service was busy with something else. */
  readonly busy: number;
  /** Milliseconds in which nothing explains why there was no answer. */
  readonly silent: number;
}

/** What of a wait was the service's own doing. A machine that gives the processors to others is no fault of the service. */
export function stallOf({ waited, service, asking }: Wait): Stall {
  const own = Math.max(0, waited - service.queued - asking.queued - asking.ran);
  const busy = Math.min(own, service.ran);
  return { busy, silent: own - busy };
}

/** What is wrong with it, in words, or null. */
export function brokenByStall({ busy, silent }: Stall): string | null {
  if (busy > LONGEST_STALL) return `/healthz waited ${Math.round(busy)} ms while the service worked on something else`;
  if (silent > LONGEST_SILENCE) return `/healthz waited ${Math.round(silent)} ms for no reason`;
  return null;
}

/** An answer over HTTP as far as it is judged. */
export interface HostileAnswer {
  readonly status: number;
  readonly body: string;
  /** Whether GraphQL is spoken: a refusal has errors with codes there. */
  readonly isGraphql: boolean;
}

interface WireError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown };
}

/** What is wrong with the answer, in words. */
export function brokenByAnswer({ status, body, isGraphql }: HostileAnswer): string[] {
  const answered = `answered ${status} ${JSON.stringify(body.slice(0, 300))}`;
  if (status >= 500) return [answered];
  if (!isGraphql) return [];
  const result = parsed(body);
  if (result === undefined) return status < 300 ? [`${answered}, which is no JSON`] : [];
  return brokenByResult(result);
}

/** What is wrong with what GraphQL says, over HTTP or on a socket. */
export function brokenByResult(result: unknown): string[] {
  const { data, errors } = (result ?? {}) as { data?: unknown; errors?: unknown };
  if (errors === undefined) return data === undefined ? [`answered neither data nor errors: ${short(result)}`] : [];
  if (!Array.isArray(errors) || errors.length === 0) return [`answered errors that are none: ${short(errors)}`];
  // What is executed has an error for each field that is refused; what is refused as a whole needs no more than a few.
  const isTooMany = data == null && errors.length > MOST_ERRORS;
  return [...(isTooMany ? [`answered ${errors.length} errors`] : []), ...errors.flatMap(brokenByError).slice(0, 1)];
}

function brokenByError({ message, extensions }: WireError): string[] {
  const code = extensions?.code;
  if (typeof message !== 'string' || message === '') return ['answered an error without a message'];
  if (codeLabel(code) === 'OTHER') return [`answered an error with the code ${short(code)}: ${message.slice(0, 200)}`];
  // Who asks for more than the database can do may be told to come later; an ordinary member may not.
  if (code === 'INTERNAL_SERVER_ERROR') return [`answered ${code}: ${message.slice(0, 200)}`];
  if (message.length > LONGEST_MESSAGE)
    return [`answered a message of ${message.length} characters: ${message.slice(0, 80)}`];
  return [];
}

/** Close codes of the service and of the protocol; 1006 is a socket that was terminated, because its client does not read. */
const CLOSED_WELL = new Set([
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1013],
  ...[4400, 4401, 4403, 4406, 4408, 4409, 4429],
]);

export function brokenByClose(code: number, reason: string): string | null {
  return CLOSED_WELL.has(code) ? null : `closed a socket with ${code} ${reason}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function short(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 200);
}
