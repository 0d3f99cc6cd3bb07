import { randomUUID } from 'node:crypto';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';

/** Hears whether spans arrive. */
export interface CollectorLine {
  readonly onLost: (error: unknown) => void;
  readonly onBack: () => void;
}

/**
 * Spans that are sent to a collector (OTLP in JSON over HTTP) in batches. While nobody takes them, so many wait and the rest
 * are dropped, and nothing else does. `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and what else begins with
 * `OTEL_EXPORTER_OTLP_` are read by the library.
 */
export function exportedSpans(url: string, line: CollectorLine): TracerProvider {
  return new TracerProvider({
    // Nothing is found out about the machine: what its operator says of it is enough.
    resource: resourceFromAttributes({
      'service.name': 'billing-admins',
      'service.instance.id': randomUUID(),
    }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(new OTLPTraceExporter({ url }), line) })],
  });
}

/** Says once when the collector goes, and once when it is back. */
function telling(exporter: SpanExporter, { onLost, onBack }: CollectorLine): SpanExporter {
  let isLost = false;
  const tell = ({ code, error }: ExportResult) => {
    const failed = code === ExportResultCode.FAILED;
    if (failed && !isLost) onLost(error);
    if (!failed && isLost) onBack();
    isLost = failed;
  };
  return {
    export: (spans: ReadableSpan[], resolve) =>
      exporter.export(spans, (result) => {
        tell(result);
        resolve(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
