import { CloseCode } from 'graphql-ws';

/** The browser's own code for a socket that ended without a close frame; no server sends it. */
const LOST = 1006;
/** The codes by which a server says that it does not take the token. */
const REFUSALS: readonly number[] = [CloseCode.Unauthorized, CloseCode.Forbidden];

/** What GraphiQL prints for a subscription that the server refused or a socket that was closed: a sentence, never a stack. */
export function socketFailure(error: unknown): unknown {
  if (error instanceof CloseEvent && error.code !== LOST) {
    return { message: closed(error), extensions: { closeCode: error.code, closeReason: error.reason } };
  }
  // Why a socket could not be opened, the browser tells to nobody.
  if (error instanceof Event)
    return { message: 'The WebSocket could not be opened, or was lost. Is the service running?' };
  // Errors of the operation itself (an invalid document) come as the server wrote them.
  if (error instanceof Error) return { message: error.message };
  return error;
}

function closed({ code, reason }: CloseEvent): string {
  const sentence = `The server closed the WebSocket: ${code} ${reason || 'without a reason'}.`;
  return REFUSALS.includes(code)
    ? `${sentence} A subscription needs a valid token as Authorization in the headers editor.`
    : sentence;
}
