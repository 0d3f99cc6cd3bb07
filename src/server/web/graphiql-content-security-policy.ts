/**
 * What the browser may load and run for GraphiQL: only our own origin, so that neither a stored answer nor a library can send
 * anything elsewhere. The exceptions are Monaco's: it writes `<style>` elements and `style` attributes while it runs, and
 * draws its squiggles as `data:` images. `connect-src 'self'` covers the WebSocket of the same host as well.
 */
export const GRAPHIQL_CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
