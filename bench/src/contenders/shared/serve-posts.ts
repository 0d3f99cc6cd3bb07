import { createServer } from 'node:http';

/** Serves a limit: the JSON that `answer` makes of a POST's body and who sends it, and whatever else is asked says that it is ready. */
export function servePosts(answer: (authorization: string | undefined, body: string) => Promise<string>): void {
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') {
        response.end('ready');
        return;
      }
      answer(request.headers.authorization, Buffer.concat(chunks).toString()).then(
        (text) => {
          response.writeHead(200, {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(text),
          });
          response.end(text);
        },
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
