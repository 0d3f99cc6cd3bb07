import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Tokens of all documents that are kept. With its nodes, its place and what is planned of it, a token takes up to a kilobyte. */
const MOST_TOKENS = 30_000;

/** What is longer is not worth keeping: its text and its values may be much larger than its tokens say. */
const LONGEST = 64 * 1024;

/** Characters that count as a token: texts and comments have as many as they like in one. */
const CHARACTERS_OF_A_TOKEN = 64;

interface Kept {
  readonly source: string;
  readonly document: DocumentNode;
}

/** Documents that were parsed and found valid, by their source. Where there are too many, those go that nobody has used for longest. */
export class Documents {
  private readonly kept = new LRUCache<string, Kept>({ maxSize: MOST_TOKENS, sizeCalculation: tokensOf });

  find(source: string): DocumentNode | undefined {
    return this.kept.get(source)?.document;
  }

  /** The same text, as the copy that is already held here, if there is one. A caller that keeps it holds no second copy. */
  heldSource(source: string): string {
    return this.kept.peek(source)?.source ?? source;
  }

  keep(source: string, document: DocumentNode): void {
    if (source.length <= LONGEST) this.kept.set(source, { source, document });
  }
}

function tokensOf({ source, document }: Kept): number {
  return Math.max(document.tokenCount ?? 0, Math.ceil(source.length / CHARACTERS_OF_A_TOKEN), 1);
}
