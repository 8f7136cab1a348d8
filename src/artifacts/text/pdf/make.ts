import type { PDFDocument, PDFPage, PDFRef } from '@cantoo/pdf-lib';
import { PageReader } from '../../../documents/page-reader.js';
import { FdeployError } from '../../../contracts/errors.js';
import type { Source } from '../../../contracts/source.js';
import { DEFAULT_DECODE, decodeEncoded, type EncodedPicture } from '../../../images/decode.js';
import { rgbImage } from '../../../images/rgb-image.js';
import { loadSharp } from '../../../images/sharp-settings.js';
import { readSource } from '../../../sources/readers.js';
import type { TextPage } from '../page.js';
import { GlyphlessFont } from './glyphless-font.js';
import { pointsOf, textLayer, type PageBox } from './layer.js';
import { loadPdfLibrary } from './package.js';

/** Pictures become pages of this many pixels an inch. */
const PICTURE_DPI = 200;
/** Longest side of a page in points (ISO 32000-1, annex C). */
const LONGEST_SIDE = 14_400;

/**
 * A searchable PDF: the pages of the PDF, or the pictures, with an invisible text layer. Of a PDF all pages are kept; pages that
 * were not read get no text.
 * @throws FdeployError PACKAGE_MISSING; IMAGE_UNREADABLE for an encrypted PDF; what the library throws for a damaged one
 */
export async function searchablePdf(
  source: Source,
  pages: readonly TextPage[],
  version: string,
): Promise<Uint8Array> {
  const { PDFDocument } = await loadPdfLibrary();
  if (source.locator.kind !== 'file') {
    const message = 'only files of this machine become searchable PDFs';
    throw new FdeployError('ARTIFACT_FAILED', message, { file: source.name });
  }
  const bytes = await readSource(source);
  const isPdf = source.pages !== undefined && bytes.subarray(0, 1024).includes('%PDF-');
  const pdf = isPdf ? await loaded(bytes, source) : await PDFDocument.create();
  pdf.setProducer(`fdeploy ${version}`);
  const reader = new PageReader();
  const font = new GlyphlessFont();
  const ref = pdf.context.nextRef();
  const originals = isPdf ? pdf.getPages() : [];
  for (const { number, read } of pages) {
    const page = isPdf ? originals[number - 1] : await picturePage(pdf, { source, bytes, number, reader });
    if (page === undefined || read === undefined) continue;
    const name = page.node.newFontDictionary('Fdeploy', ref).asString().slice(1);
    const layer = textLayer(read, pointsOf(boxOf(page), read), name, font);
    if (layer === '') continue;
    const stream = (text: string): PDFRef => pdf.context.register(pdf.context.flateStream(text));
    // What the page draws may leave its graphics state changed.
    page.node.wrapContentStreams(stream('q\n'), stream('Q\n'));
    page.node.addContentStream(stream(layer));
  }
  await font.embed(pdf.context, ref);
  return await pdf.save({ addDefaultPage: false, updateFieldAppearances: false });
}

/** @throws FdeployError IMAGE_UNREADABLE for a PDF that is encrypted, also where it opens without a password */
async function loaded(bytes: Buffer, { name }: Source): Promise<PDFDocument> {
  const { PDFDocument, EncryptedPDFError } = await loadPdfLibrary();
  try {
    return await PDFDocument.load(bytes, { updateMetadata: false });
  } catch (cause) {
    if (!(cause instanceof EncryptedPDFError)) throw cause;
    const message = 'the PDF is encrypted: decrypt a copy of it first, such as with qpdf --decrypt';
    throw new FdeployError('IMAGE_UNREADABLE', message, { file: name, cause });
  }
}

/** The box that viewers and PDFium show: the crop box within the media box. */
function boxOf(page: PDFPage): PageBox {
  const media = page.getMediaBox();
  const crop = page.getCropBox();
  const x = Math.max(media.x, crop.x);
  const y = Math.max(media.y, crop.y);
  const right = Math.min(media.x + media.width, crop.x + crop.width);
  const top = Math.min(media.y + media.height, crop.y + crop.height);
  const rotate = ((page.getRotation().angle % 360) + 360) % 360;
  if (right > x && top > y) return { x, y, width: right - x, height: top - y, rotate };
  return { ...media, rotate };
}

/** Adds a page with a picture, or a page of a TIFF, on it. */
async function picturePage(
  pdf: PDFDocument,
  { source, bytes, number, reader }: { source: Source; bytes: Buffer; number: number; reader: PageReader },
): Promise<PDFPage> {
  const encoded =
    source.page === undefined ? { bytes, name: source.name } : await reader.read(source, number);
  const { image, width, height } = await embeddedPicture(pdf, encoded);
  const scale = Math.min(72 / PICTURE_DPI, LONGEST_SIDE / Math.max(width, height));
  const page = pdf.addPage([width * scale, height * scale]);
  const name = page.node.newXObject('Picture', image).asString();
  const { context } = pdf;
  page.node.addContentStream(
    context.register(context.flateStream(`q ${width * scale} 0 0 ${height * scale} 0 0 cm ${name} Do Q\n`)),
  );
  return page;
}

interface Embedded {
  image: PDFRef;
  width: number;
  height: number;
}

/** A JPEG stays as it is if viewers show it as it was read; other pictures are stored without loss. */
async function embeddedPicture(pdf: PDFDocument, encoded: EncodedPicture): Promise<Embedded> {
  const { bytes } = encoded;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    const sharp = await loadSharp();
    const { orientation = 1, channels } = await sharp(bytes, { failOn: 'none' }).metadata();
    if (orientation === 1 && channels !== 4) {
      const image = await pdf.embedJpg(bytes);
      return { image: image.ref, width: image.width, height: image.height };
    }
  }
  const picture = await decodeEncoded(encoded, { ...DEFAULT_DECODE, acceptTruncated: true });
  const { width, height } = picture;
  const rgb = await (await rgbImage(picture)).raw().toBuffer();
  const image = pdf.context.flateStream(rgb, {
    Type: 'XObject',
    Subtype: 'Image',
    Width: width,
    Height: height,
    ColorSpace: 'DeviceRGB',
    BitsPerComponent: 8,
  });
  return { image: pdf.context.register(image), width, height };
}
