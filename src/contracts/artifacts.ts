/** Kinds of artifacts and the options that name their folders. A new kind is one line here and one in `makeWriters`. */
export const ARTIFACT_OPTIONS = {
  drawings: '--save-images',
  crops: '--save-crops',
  masks: '--masks',
} as const;

export type ArtifactKind = keyof typeof ARTIFACT_OPTIONS;

/** In the order that they are written: drawings need the masks, which mask files remove from the result. */
export const ARTIFACT_KINDS = Object.keys(ARTIFACT_OPTIONS) as readonly ArtifactKind[];

/** Folders for artifacts. */
export type ArtifactFolders = Partial<Record<ArtifactKind, string>>;

export const IMAGE_FORMATS = ['png', 'jpeg'] as const;
/** How drawn pictures and crops are encoded. Label maps are always PNG. */
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** The artifacts of a run. */
export interface Artifacts extends ArtifactFolders {
  /** Default: png. */
  imageFormat?: ImageFormat;
  /** Absolute path of a folder: artifacts are placed by the path of their picture from there. Default: by its name. */
  base?: string;
}

/** Whether the run writes artifacts. */
export function writesFiles(artifacts: Artifacts): boolean {
  return ARTIFACT_KINDS.some((kind) => artifacts[kind] !== undefined);
}
