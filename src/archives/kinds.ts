import { FdeployError } from '../contracts/errors.js';

export type ArchiveKind = 'tar' | 'zip';

/** Endings of archives. A tar may be compressed with gzip whatever its ending says. */
const ENDINGS: readonly (readonly [RegExp, ArchiveKind])[] = [
  [/\.(tar|tar\.gz|tgz)$/i, 'tar'],
  [/\.zip$/i, 'zip'],
];
const OTHER_ENDINGS = /\.(tar\.(bz2|xz|zst)|tbz2|txz|7z|rar)$/i;

/**
 * The kind of archive that a file's name tells; undefined for other files.
 * @throws FdeployError MODEL_UNSUPPORTED for an archive of another kind
 */
export function archiveKind(file: string): ArchiveKind | undefined {
  const kind = ENDINGS.find(([ending]) => ending.test(file))?.[1];
  const [other] = OTHER_ENDINGS.exec(file) ?? [];
  if (kind !== undefined || other === undefined) return kind;
  const message = `${file} cannot be opened: fdeploy unpacks .tar, .tar.gz and .zip; unpack it and name its folder`;
  throw new FdeployError('MODEL_UNSUPPORTED', message, { file, found: other });
}

/** An archive's name without its ending. */
export function withoutEnding(file: string): string {
  return ENDINGS.reduce((name, [ending]) => name.replace(ending, ''), file);
}
