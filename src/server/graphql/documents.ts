import type { DocumentNode } from 'graphql';

/** Characters of all sources whose documents are kept; a document is some ten times as large as its source. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** What is longer is not worth keeping: it would push out many that come more often. */
const LONGEST = 64 * 1024;

/** Documents that were parsed and found valid, by their source. The oldest go when there are too many. */
export class Documents {
  private readonly kept = new Map<string, { readonly source: string; readonly document: DocumentNode }>();
  private characters = 0;

  find(source: string): DocumentNode | undefined {
    return this.kept.get(source)?.document;
  }

  /** The same text, as it is held here already where it is: whoever keeps it need not hold another. */
  heldSource(source: string): string {
    return this.kept.get(source)?.source ?? source;
  }

  keep(source: string, document: DocumentNode): void {
    if (source.length > LONGEST || this.kept.has(source)) return;
    this.kept.set(source, { source, document });
    this.characters += source.length;
    for (const [oldest] of this.kept) {
      if (this.characters <= MOST_CHARACTERS) return;
      this.kept.delete(oldest);
      this.characters -= oldest.length;
    }
  }
}
