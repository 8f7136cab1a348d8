/** Name endings of the pictures that `decodePicture` reads, lower case, without the dot. */
export const PICTURE_ENDINGS = [
  'jpg',
  'jpeg',
  'jpe',
  'jfif',
  'png',
  'bmp',
  'dib',
  'webp',
  'tif',
  'tiff',
  'gif',
  'avif',
] as const;

const ENDINGS: ReadonlySet<string> = new Set(PICTURE_ENDINGS);

/** Ending of the documents that are listed where they can be read. Documents of other kinds are pictures as well. */
const PDF = 'pdf';

/** The name endings of the files that are listed in folders and patterns. */
export class Endings {
  /** @param noPdf why PDFs cannot be read; if it is left out, they are listed */
  constructor(readonly noPdf?: string) {}

  has(name: string): boolean {
    return hasPictureEnding(name) || (this.noPdf === undefined && isPdfName(name));
  }

  toString(): string {
    const all = [...PICTURE_ENDINGS, ...(this.noPdf === undefined ? [PDF] : [])];
    return all.map((ending) => `.${ending}`).join(' ');
  }
}

/** Whether a file is called like a PDF, in any case. */
export function isPdfName(name: string): boolean {
  return name.toLowerCase().endsWith(`.${PDF}`);
}

/** Whether a file's name has the ending of a picture, in any case. */
export function hasPictureEnding(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot !== -1 && ENDINGS.has(name.slice(dot + 1).toLowerCase());
}
