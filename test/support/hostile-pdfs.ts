import { deflateSync } from 'node:zlib';
import { makePdf, pdfOf, rectangle, textAt, type PdfPage } from '../support/pdf.js';

const PAGE: PdfPage = { width: 200, height: 100, content: rectangle(20, 20, 60, 40, '1 0 0') };
const sound = makePdf([PAGE]);

const stream = (content: string, entries = ''): string =>
  `<< /Length ${content.length} ${entries} >>\nstream\n${content}\nendstream`;
const CATALOG = '<< /Type /Catalog /Pages 2 0 R >>';
const TREE = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';

/** A page as object 3, its content as object 4, and more objects from 5 on. */
const onePage = (
  content: string,
  entries = '',
  objects: readonly string[] = [],
  box = '0 0 200 100',
): Buffer =>
  pdfOf([
    CATALOG,
    TREE,
    `<< /Type /Page /Parent 2 0 R /MediaBox [${box}] /Contents 4 0 R ${entries} >>`,
    stream(content),
    ...objects,
  ]);
const withCatalog = (entries: string, objects: readonly string[] = []): Buffer =>
  makePdf([PAGE], { catalog: entries, objects });
const withTree = (tree: string): Buffer => makePdf([PAGE], { tree });
const withBox = (box: string): Buffer => onePage(rectangle(0, 0, 50, 50), '', [], box);

/** A page that draws a form XObject (object 5). */
const withForm = (form: string, more: readonly string[] = []): Buffer =>
  onePage('/X Do', '/Resources << /XObject << /X 5 0 R >> >>', [form, ...more]);
const form = (content: string, entries = ''): string =>
  stream(content, `/Type /XObject /Subtype /Form /BBox [0 0 200 100] ${entries}`);
/** A page that draws an image XObject. */
const withImage = (data: Buffer | string, entries: string): Buffer =>
  withForm(stream(Buffer.from(data).toString('latin1'), `/Type /XObject /Subtype /Image ${entries}`));

const zeros = (bytes: number): string => deflateSync(Buffer.alloc(bytes), { level: 9 }).toString('latin1');
const replaced = (from: string, to: string): Buffer =>
  Buffer.from(sound.toString('latin1').replace(from, to), 'latin1');
/** The table of a PDF's objects, moved by some bytes. */
const shifted = (by: number): Buffer =>
  replaced(/startxref\n\d+/.exec(sound.toString('latin1'))![0], `startxref\n${by}`);

const many = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join('\n');

/** PDFs that are damaged, endless, huge or that ask for something to be run. They are small as files. */
export const HOSTILE_PDFS: Readonly<Record<string, () => Buffer>> = {
  'cut-header': () => sound.subarray(0, 20),
  'cut-half': () => sound.subarray(0, sound.length / 2),
  'cut-table': () => sound.subarray(0, sound.length - 120),
  'cut-end': () => sound.subarray(0, sound.length - 6),
  'no-header': () => sound.subarray(9),
  'garbage-before': () => Buffer.concat([Buffer.alloc(500, 'x'), sound]),
  'garbage-after': () => Buffer.concat([sound, Buffer.alloc(100_000, 'y')]),
  'zeros-within': () => Buffer.concat([sound.subarray(0, 60), Buffer.alloc(200), sound.subarray(260)]),
  'table-elsewhere': () => shifted(7),
  'table-beyond': () => shifted(99_999_999),
  'table-negative': () => shifted(-5),
  'no-root': () => replaced('/Root 1 0 R', '/Boot 1 0 R'),
  'root-is-page': () => replaced('/Root 1 0 R', '/Root 4 0 R'),
  'no-pages': () => withTree('<< /Type /Pages /Kids [] /Count 0 >>'),
  'count-too-large': () => withTree('<< /Type /Pages /Kids [4 0 R] /Count 2000000000 >>'),
  'count-negative': () => withTree('<< /Type /Pages /Kids [4 0 R] /Count -3 >>'),
  'kids-are-parents': () => withTree('<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>'),
  'kids-missing': () => withTree('<< /Type /Pages /Kids [77 0 R] /Count 1 >>'),
  'kids-twice': () => withTree(`<< /Type /Pages /Kids [${'4 0 R '.repeat(20)}] /Count 20 >>`),
  'box-giant': () => withBox('0 0 1000000 1000000'),
  'box-endless': () => withBox('0 0 1e38 1e38'),
  'box-negative': () => withBox('200 100 0 0'),
  'box-empty': () => withBox('0 0 0 0'),
  'box-thin': () => withBox('0 0 100000 0.01'),
  'box-text': () => withBox('(a) (b) (c) (d)'),
  'box-nan': () => withBox('0 0 NaN inf'),
  'unit-giant': () => onePage(rectangle(0, 0, 9, 9), '/UserUnit 1000000'),
  'rotate-odd': () => onePage(rectangle(0, 0, 9, 9), '/Rotate 45'),
  'form-draws-itself': () => withForm(form('/X Do', '/Resources << /XObject << /X 5 0 R >> >>')),
  'forms-draw-each-other': () =>
    withForm(form('/Y Do', '/Resources << /XObject << /Y 6 0 R >> >>'), [
      form('/X Do /X Do', '/Resources << /XObject << /X 5 0 R >> >>'),
    ]),
  'states-deep': () => onePage('q '.repeat(200_000)),
  'states-below': () => onePage('Q '.repeat(200_000)),
  'dictionary-deep': () => onePage('', `/Deep ${'<< /A '.repeat(5000)}1${' >>'.repeat(5000)}`),
  'array-deep': () => onePage('', `/Deep ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  'fonts-thousands': () =>
    onePage(
      many(3000, (i) => textAt(i % 190, i % 90, 4, 'x').replace('/F1', `/F${i}`)),
      `/Resources << /Font << ${many(3000, (i) => `/F${i} << /Type /Font /Subtype /Type1 /BaseFont /No${i} >>`)} >> >>`,
    ),
  'font-is-itself': () =>
    onePage(textAt(9, 9, 9, 'x'), '/Resources << /Font << /F1 5 0 R >> >>', [
      '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [5 0 R] >>',
    ]),
  'image-giant': () =>
    withImage('x', '/Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8'),
  'image-negative': () => withImage('x', '/Width -5 /Height -5 /ColorSpace /DeviceRGB /BitsPerComponent 8'),
  'image-jbig2': () =>
    withImage(
      Buffer.alloc(500, 0xff),
      '/Width 9 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode',
    ),
  'image-jpx': () => withImage(Buffer.alloc(500, 0x4f), '/Width 9 /Height 9 /Filter /JPXDecode'),
  'image-ccitt': () =>
    withImage(
      Buffer.alloc(500, 0x99),
      '/Width 9000 /Height 9000 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode',
    ),
  'image-bomb': () =>
    withImage(
      Buffer.from(zeros(300_000_000), 'latin1'),
      '/Width 10000 /Height 10000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode',
    ),
  'content-bomb': () => {
    const twice = deflateSync(Buffer.from(zeros(200_000_000), 'latin1'), { level: 9 }).toString('latin1');
    return pdfOf([
      CATALOG,
      TREE,
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>',
      stream(twice, '/Filter [/FlateDecode /FlateDecode]'),
    ]);
  },
  'filters-hundred': () =>
    withForm(
      stream(
        'x',
        `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter [${'/ASCIIHexDecode '.repeat(500)}]`,
      ),
    ),
  'filter-unknown': () =>
    withForm(stream('x', '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter /NoDecode')),
  'length-wrong': () => replaced('/Length ', '/Length 99999'),
  'javascript-open': () =>
    withCatalog("/OpenAction << /S /JavaScript /JS (while\\(true\\){} app.alert\\('x'\\)) >>"),
  'javascript-name': () =>
    withCatalog(
      '/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (this.submitForm\\("http://127.0.0.1:9/"\\)) >>] >> >>',
    ),
  'launch-open': () => withCatalog('/OpenAction << /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >> >>'),
  'address-open': () => withCatalog('/OpenAction << /S /URI /URI (http://127.0.0.1:9/) >>'),
  'file-embedded': () =>
    withCatalog(
      '/Names << /EmbeddedFiles << /Names [(a.sh) << /Type /Filespec /F (a.sh) /EF << /F 6 0 R >> >>] >> >>',
      [stream('#!/bin/sh\ntouch hacked', '/Type /EmbeddedFile')],
    ),
  'file-elsewhere': () =>
    withForm(
      '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /F (/etc/passwd) /Length 0 >>\nstream\n\nendstream',
    ),
  'form-xfa': () =>
    withCatalog('/AcroForm << /XFA (<xdp><script>while\\(1\\);</script></xdp>) /Fields [] >>'),
  'encrypted-unknown': () =>
    pdfOf(
      [CATALOG, TREE, '<< /Type /Page /Parent 2 0 R >>', '<< /Filter /Nobody /V 9 >>'],
      '/Encrypt 4 0 R /ID [(a) (b)]',
    ),
  'names-odd': () => onePage('/#00#1b#5b Do', '/Resources << /XObject << /#00#1b#5b null >> >>'),
  'lines-thousands': () => onePage(many(10_000, (i) => `${i % 200} 0 m ${(i * 7) % 200} 100 l S`)),
  'pdf-in-pdf': () => Buffer.concat([sound, sound, sound]),
};

/** PDFs with a page that takes minutes to render. */
export const ENDLESS_PDFS: Readonly<Record<string, () => Buffer>> = {
  'pattern-is-itself': () =>
    onePage('/Pattern cs /P scn 0 0 200 100 re f', '/Resources << /Pattern << /P 5 0 R >> >>', [
      stream(
        '/Pattern cs /P scn 0 0 9 9 re f',
        '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 5 0 R >> >>',
      ),
    ]),
};

/** Those of `HOSTILE_PDFS` whose page is shown all the same, as viewers do. */
export const SHOWN_PDFS = [
  'garbage-before',
  'garbage-after',
  'table-elsewhere',
  'table-beyond',
  'kids-twice',
  'box-negative',
  'length-wrong',
  'rotate-odd',
  'form-draws-itself',
  'states-deep',
  'states-below',
  'fonts-thousands',
  'font-is-itself',
  'image-giant',
  'image-jbig2',
  'image-jpx',
  'image-ccitt',
  'image-bomb',
  'content-bomb',
  'filter-unknown',
  'javascript-open',
  'javascript-name',
  'launch-open',
  'address-open',
  'file-embedded',
  'file-elsewhere',
  'form-xfa',
  'names-odd',
  'lines-thousands',
  'pdf-in-pdf',
];
