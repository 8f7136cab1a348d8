/** A record's masks: pixels with alpha made from the record's runs, or a file. */
export type MaskSource =
  | { readonly kind: 'pixels'; readonly data: Uint8Array; readonly width: number; readonly height: number }
  | { readonly kind: 'file'; readonly file: string; readonly width: number; readonly height: number };

/** A request for a thumbnail. */
export interface ThumbnailRequest {
  /** The path, as bytes if it is not UTF-8. */
  readonly source: string | { readonly pathBytes: Uint8Array; readonly name: string };
  /** Of a document, from 1. */
  readonly page?: number;
  /** Larger pictures are not decoded. */
  readonly maxPixels: number;
  readonly mask?: MaskSource;
}

/** Encoded pictures: a WebP and, if there are masks, a PNG overlay. */
export interface Thumbnail {
  readonly picture: Uint8Array;
  readonly mask?: Uint8Array;
}

/** Messages of the thumbnail process: `ready` or `failed` once, then an answer to each request. */
export type FromThumbnailProcess =
  | { readonly type: 'ready' }
  /** It cannot decode any picture. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'made'; readonly thumbnail: Thumbnail }
  /** The picture is missing or must not be decoded. */
  | { readonly type: 'refused'; readonly missing: boolean };
