import type { CollectorLine, Tracing } from './tracing';

/** How spans are exported, if a setting names the target. Without the setting, no tracing code is loaded or called. */
export function openTracing(url: string | null, line: CollectorLine): Tracing | null {
  if (url === null) return null;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for those who do without
  const loaded = require('./tracing') as { Tracing: typeof Tracing };
  return new loaded.Tracing(url, line);
}
