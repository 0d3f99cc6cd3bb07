import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type SpanOptions, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { BadInput, Forbidden, Refusal } from '../../domain/refusals';

/** Makes spans, and knows what runs within which. Of its own for each service: nothing of the process is changed. */
export class Spans {
  private readonly storage = new AsyncLocalStorage<Context>();

  constructor(private readonly tracer: Tracer) {}

  /** What is running here is part of this. */
  current(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  /** Whether what runs here belongs to something that is recorded and has not ended yet. */
  isRecording(): boolean {
    return trace.getSpan(this.current())?.isRecording() ?? false;
  }

  traceId(): string | undefined {
    return trace.getSpanContext(this.current())?.traceId;
  }

  begin(name: string, options: SpanOptions, parent: Context = this.current()): Context {
    return trace.setSpan(parent, this.tracer.startSpan(name, options, parent));
  }

  within<T>(context: Context, work: () => T): T {
    return this.storage.run(context, work);
  }

  end(context: Context): void {
    const span = trace.getSpan(context);
    if (span?.isRecording()) span.end();
  }

  async around<T>(
    name: string,
    options: SpanOptions,
    work: () => Promise<T>,
    parent: Context = this.current(),
  ): Promise<T> {
    const context = this.begin(name, options, parent);
    try {
      return await this.within(context, work);
    } catch (error) {
      const span = trace.getSpan(context);
      // Never its words: a driver's message holds what was to be written.
      span?.setAttribute('error.type', typeOf(error));
      if (!isAnswer(error)) span?.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      this.end(context);
    }
  }
}

function typeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].find((word) => typeof word === 'string') ?? typeof error;
}

/** A refusal is a response: nothing has failed. */
function isAnswer(error: unknown): boolean {
  return error instanceof Refusal || error instanceof Forbidden || error instanceof BadInput;
}
