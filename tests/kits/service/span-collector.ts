import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP has it in JSON. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  readonly links?: { traceId: string; spanId: string }[];
  readonly status: { code?: number; message?: string };
}

interface Exported {
  readonly resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[];
}

/** A collector of spans (OTLP in JSON over HTTP), which keeps what it is sent. */
export class SpanCollector {
  /** Each body, as it came. */
  readonly bodies: string[] = [];
  readonly paths: (string | undefined)[] = [];
  private readonly server = createServer((request, response) => void this.take(request, response));

  private constructor(private readonly answers: boolean) {}

  /** With `answers` false it takes everything and never says so. */
  static async open({ answers = true, port = 0 } = {}): Promise<SpanCollector> {
    const collector = new SpanCollector(answers);
    await once(collector.server.listen(port, '127.0.0.1'), 'listening');
    return collector;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get spans(): ReceivedSpan[] {
    return this.bodies
      .map((body) => JSON.parse(body) as Exported)
      .flatMap(({ resourceSpans }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans);
  }

  /** The one span that is called so. */
  one(name: string): ReceivedSpan {
    const found = this.spans.filter((span) => span.name === name);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  under({ spanId }: ReceivedSpan): ReceivedSpan[] {
    return this.spans.filter(({ parentSpanId }) => parentSpanId === spanId);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = (await request.toArray()) as Buffer[];
    this.paths.push(request.url);
    this.bodies.push(Buffer.concat(chunks).toString());
    if (this.answers) response.setHeader('content-type', 'application/json').end('{}');
  }
}

export function attributesOf({ attributes }: ReceivedSpan): Record<string, string | number | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}
