import type { FastifyInstance } from 'fastify';
import type { SmallSteps } from '../../actions/small-steps';
import { Unavailable } from '../../domain/refusals';
import type { Notice } from '../../payments/notices';
import { BadWebhook } from '../../payments/stripe/bad-webhook';

export interface StripeWebhooks {
  /** What a webhook has news of. Throws `BadWebhook`. */
  readonly readWebhook: (rawBody: Buffer, signature: string | undefined) => Promise<readonly Notice[]>;
  /** Fetches the news. What it throws lets Stripe send the webhook again, with growing pauses for three days. */
  readonly onNotice: (notice: Notice) => Promise<unknown>;
  /** Anybody may send any number of large ones, each of which is hashed to find out whether Stripe has signed it. */
  readonly steps: SmallSteps;
}

/**
 * `POST /webhooks/stripe` (O3). 200: taken in, or nothing that matters here; 400: not signed by Stripe just now; 413:
 * too large; 500 and 503: to be sent again. https://docs.stripe.com/webhooks
 */
export function registerStripeWebhooks(app: FastifyInstance, { readWebhook, onNotice, steps }: StripeWebhooks): void {
  // A scope of its own: here alone the body stays the bytes that came, since they are what is signed.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
      await steps.soon();
      return body;
    });

    scope.post('/webhooks/stripe', async (request, reply) => {
      const { 'stripe-signature': signature } = request.headers;
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        const notices = await readWebhook(rawBody, typeof signature === 'string' ? signature : undefined);
        for (const notice of notices) await onNotice(notice);
      } catch (error) {
        if (error instanceof BadWebhook) return refuse(400, 'BAD_REQUEST', error.message);
        request.log.error({ err: error }, 'Hearing of a payment failed.');
        return error instanceof Unavailable
          ? refuse(503, 'SERVICE_UNAVAILABLE', 'Not available now. Send it again.', { reference: request.id })
          : refuse(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', { reference: request.id });
      }
      return { received: true };

      function refuse(status: number, code: string, message: string, more = {}) {
        return reply.code(status).send({ errors: [{ message, extensions: { code, ...more } }] });
      }
    });
  });
}
