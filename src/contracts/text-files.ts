/** Kinds of files with the text of a document or picture. */
export const TEXT_FILE_KINDS = ['text', 'hocr', 'pdf'] as const;
export type TextFileKind = (typeof TEXT_FILE_KINDS)[number];

/** The folders for them. */
export type TextFolders = Readonly<Partial<Record<TextFileKind, string>>>;

/** The options that name the folders. */
export const TEXT_FILE_OPTIONS = {
  text: '--save-text',
  hocr: '--save-hocr',
  pdf: '--save-pdf',
} as const satisfies Record<TextFileKind, string>;
