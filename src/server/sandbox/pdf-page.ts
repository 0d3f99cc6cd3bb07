/** A text on the page: its left edge and its base line, in points from the lower left corner. */
interface PdfText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly isBold?: boolean;
}

/** A4, in points. */
const PAGE = { width: 595, height: 842 } as const;

/** What of Windows-1252 is not in Latin-1 and may stand in an amount or a name. */
const BEYOND_LATIN: Readonly<Record<string, number>> = { '€': 0x80, '–': 0x96, '—': 0x97, '‘': 0x91, '’': 0x92 };

/**
 * A PDF of one page with texts in Helvetica, which every viewer has. It knows the letters of Western Europe, and has a question mark for
 * others. `pdfkit` does more, and is 26 MB in 19 packages: much for a page of the sandbox (docs/0042).
 */
export function pdfPage(title: string, texts: readonly PdfText[]): Buffer {
  const content = texts
    .map(({ text, x, y, size, isBold }) => `BT /${isBold ? 'B' : 'R'} ${size} Tf ${x} ${y} Td ${literal(text)} Tj ET`)
    .join('\n');
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  return document([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents 4 0 R /Resources << /Font << /R 5 0 R /B 6 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title ${literal(title)} >>`,
  ]);
}

/** The objects, numbered from 1, and the table that says where each begins. One character is one byte. */
function document(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}

/** A string of PDF, in Windows-1252. */
function literal(text: string): string {
  const bytes = Array.from(text, (character) => {
    const code = BEYOND_LATIN[character] ?? character.codePointAt(0) ?? 0;
    const isKnown = character in BEYOND_LATIN || (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff);
    return isKnown ? String.fromCharCode(code) : '?';
  });
  return `(${bytes.join('').replace(/[\\()]/g, '\\$&')})`;
}
