import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** They are asked all the time, and by machines. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/** One line for each request, when it is done, and not another when it comes. Of probes it is for those who look for it. */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    // Said with the rest in the end.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = { req: request, res: reply, responseTime: reply.elapsedTime };
    if (error) request.log.error({ ...line, err: error }, 'request errored');
    else request.log[PROBES.has(request.routeOptions.url ?? '') ? 'debug' : 'info'](line, 'request completed');
  }
}
