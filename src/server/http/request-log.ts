import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** One line for each request, when it is done, and not another when it comes. */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    // Said with the rest in the end.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = { req: request, res: reply, responseTime: reply.elapsedTime };
    if (error) request.log.error({ ...line, err: error }, 'request errored');
    else request.log.info(line, 'request completed');
  }
}
