import { CloseCode } from 'graphql-ws';

/** What GraphiQL prints for a subscription that the server refused or a socket that was closed: a sentence, never a stack. */
export function socketFailure(error: unknown): unknown {
  if (error instanceof CloseEvent) {
    return { message: closed(error), extensions: { closeCode: error.code, closeReason: error.reason } };
  }
  // The browser tells a page nothing about a socket that could not be opened.
  if (error instanceof Event) return { message: 'The WebSocket could not be opened, or was lost.' };
  // Errors of the operation itself (an invalid document) come as the server wrote them.
  if (error instanceof Error) return { message: error.message };
  return error;
}

function closed({ code, reason }: CloseEvent): string {
  const sentence = `The server closed the WebSocket: ${code} ${reason || 'without a reason'}.`;
  return code === CloseCode.Forbidden || code === CloseCode.Unauthorized
    ? `${sentence} A subscription needs a valid token in the headers editor: { "Authorization": "Bearer …" }.`
    : sentence;
}
