/** Where a record's masks are: pixels with alpha, made of the record's runs, or a file whose colours they are. */
export type MaskSource =
  | { readonly kind: 'pixels'; readonly data: Uint8Array; readonly width: number; readonly height: number }
  | { readonly kind: 'file'; readonly file: string; readonly width: number; readonly height: number };

/** A picture whose thumbnail is wanted. */
export interface ThumbnailRequest {
  /** The path, or its bytes where they are not UTF-8. */
  readonly source: string | { readonly pathBytes: Uint8Array; readonly name: string };
  /** A picture of more pixels is not decoded. */
  readonly maxPixels: number;
  readonly mask?: MaskSource;
}

/** Encoded pictures: a WebP and, where there are masks, a PNG to lay over it. */
export interface Thumbnail {
  readonly picture: Uint8Array;
  readonly mask?: Uint8Array;
}

/** What the process that makes thumbnails says: `ready` or `failed` once, then an answer to each request. */
export type FromThumbnailProcess =
  | { readonly type: 'ready' }
  /** It cannot decode any picture. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'made'; readonly thumbnail: Thumbnail }
  /** The picture is gone, or is none that may be decoded. */
  | { readonly type: 'refused'; readonly missing: boolean };
