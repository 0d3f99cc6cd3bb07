/** What GraphiQL keeps of a tab, as far as this page reads and writes it. */
export interface Tab {
  readonly query: string | null;
  readonly variables?: string | null;
  readonly headers?: string | null;
}
