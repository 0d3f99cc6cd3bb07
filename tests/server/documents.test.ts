import { parse } from 'graphql';
import { Documents } from '../../src/server/graphql/documents';

/** As many of their tokens as the documents may have that are kept, and half as many again for what is allowed to change. */
const BOUND = 45_000;

function keepMany(count: number, sourceOf: (index: number) => string) {
  const documents = new Documents();
  const sources = Array.from({ length: count }, (_, index) => sourceOf(index));
  for (const source of sources) documents.keep(source, parse(source));
  const kept = sources.filter((source) => documents.find(source));
  return { documents, sources, kept, tokens: kept.reduce((sum, source) => sum + parse(source).tokenCount!, 0) };
}

describe('X4 what is kept of documents is bounded', () => {
  test('X4 by their tokens, and not by their characters: short names make the largest documents', () => {
    const { documents, sources, tokens } = keepMany(300, (index) => `{a${index}{${'a,'.repeat(990)}}}`);
    expect(tokens).toBeLessThan(BOUND);
    expect(documents.find(sources[0]!)).toBeUndefined();
    expect(documents.find(sources.at(-1)!)).toBeDefined();
  });

  test('X4 by their characters too where one token has many of them', () => {
    const { kept } = keepMany(300, (index) => `{ a${index}(text: "${'x'.repeat(60_000)}") }`);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length * 60_000).toBeLessThan(4 * 1024 * 1024);
  });

  test('X4 a document that is larger than most is not kept, and pushes no other out', () => {
    const documents = new Documents();
    documents.keep('{ a }', parse('{ a }'));
    const large = `{ a(text: "${'x'.repeat(70_000)}") }`;
    documents.keep(large, parse(large));
    expect(documents.find(large)).toBeUndefined();
    expect(documents.find('{ a }')).toBeDefined();
  });

  test('X4 one that is used stays, whatever else comes', () => {
    const documents = new Documents();
    documents.keep('{ a }', parse('{ a }'));
    for (let index = 0; index < 300; index++) {
      const source = `{a${index}{${'a,'.repeat(990)}}}`;
      documents.keep(source, parse(source));
      expect(documents.find('{ a }')).toBeDefined();
    }
  });

  test('X4 hundreds of usual documents are kept at the same time', () => {
    const usual = (index: number) => `query Q${index} { viewer { id user { id name email } } plans { key name } }`;
    const { kept } = keepMany(500, usual);
    expect(kept).toHaveLength(500);
  });
});
