import type { DocumentNode } from 'graphql';

/** Tokens of all documents that are kept. With its nodes, its place and what is planned of it, a token takes up to a kilobyte. */
const MOST_TOKENS = 30_000;

/** What is longer is not worth keeping: its text and its values may be much larger than its tokens say. */
const LONGEST = 64 * 1024;

/** Characters that count as a token: texts and comments have as many as they like in one. */
const CHARACTERS_OF_A_TOKEN = 64;

interface Kept {
  readonly source: string;
  readonly document: DocumentNode;
  readonly tokens: number;
}

/** Documents that were parsed and found valid, by their source. The oldest go when there are too many. */
export class Documents {
  private readonly kept = new Map<string, Kept>();
  private tokens = 0;

  find(source: string): DocumentNode | undefined {
    return this.kept.get(source)?.document;
  }

  /** The same text, as it is held here already where it is: whoever keeps it need not hold another. */
  heldSource(source: string): string {
    return this.kept.get(source)?.source ?? source;
  }

  keep(source: string, document: DocumentNode): void {
    if (source.length > LONGEST || this.kept.has(source)) return;
    const tokens = Math.max(document.tokenCount ?? 0, Math.ceil(source.length / CHARACTERS_OF_A_TOKEN));
    this.kept.set(source, { source, document, tokens });
    this.tokens += tokens;
    for (const [oldest, { tokens: fewer }] of this.kept) {
      if (this.tokens <= MOST_TOKENS) return;
      this.kept.delete(oldest);
      this.tokens -= fewer;
    }
  }
}
