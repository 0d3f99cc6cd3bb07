/** In the place of what could be decided. */
export function RequestGone() {
  return <p role="status">This request is no longer open: it was decided, withdrawn, or has lapsed.</p>;
}
