import type { FastifyInstance } from 'fastify';
import { createSandbox, type SandboxOptions } from '../../payments/sandbox/create-sandbox';
import type { PaymentProvider } from '../../payments/provider';
import { registerSandboxPages, type SandboxPagesOptions } from './register-sandbox-pages';

interface OpenSandbox {
  readonly provider: PaymentProvider;
  register(app: FastifyInstance, onNotice: SandboxPagesOptions['onNotice']): Promise<void>;
}

/** The sandbox as payment provider, with its pages. */
export function openSandbox(options: SandboxOptions): OpenSandbox {
  const { provider, payer } = createSandbox(options);
  const { catalog } = options;
  return { provider, register: (app, onNotice) => registerSandboxPages(app, { payer, catalog, onNotice }) };
}
