/** A page of a PDF: its size in points, and the operators that draw it (ISO 32000-1, annex A). */
export interface PdfPage {
  width: number;
  height: number;
  content?: string;
  /** More entries of the page, such as `/Rotate 90`. */
  entries?: string;
}

/** A rectangle in points from the lower left corner, filled with red, green and blue from 0 to 1. */
export const rectangle = (x: number, y: number, width: number, height: number, rgb = '0 0 0'): string =>
  `${rgb} rg ${x} ${y} ${width} ${height} re f`;

/** Text of a size in points, in Helvetica. */
export const textAt = (x: number, y: number, size: number, text: string): string =>
  `BT /F1 ${size} Tf ${x} ${y} Td (${text}) Tj ET`;

/**
 * A PDF 1.4 file, by hand.
 * @param options entries of the catalog and of the page tree, and more objects, numbered after those of the pages
 */
export function makePdf(
  pages: readonly PdfPage[],
  options: { catalog?: string; tree?: string; objects?: readonly string[] } = {},
): Buffer {
  const first = 4;
  const kids = pages.map((_, i) => `${first + 2 * i} 0 R`).join(' ');
  return pdfOf([
    `<< /Type /Catalog /Pages 2 0 R ${options.catalog ?? ''} >>`,
    options.tree ?? `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap(({ width, height, content = '', entries = '' }, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${first + 2 * i + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> ${entries} >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]),
    ...(options.objects ?? []),
  ]);
}

/**
 * A file of objects 1, 2, ...; the first is the catalog.
 * @param trailer more entries of the trailer
 */
export function pdfOf(objects: readonly string[], trailer = ''): Buffer {
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + end, 'latin1');
}
