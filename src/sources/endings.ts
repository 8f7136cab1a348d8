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

/** Whether a file's name has the ending of a picture, in any case. */
export function hasPictureEnding(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot !== -1 && ENDINGS.has(name.slice(dot + 1).toLowerCase());
}
