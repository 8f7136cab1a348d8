import type { SerializedError } from './errors.js';

/** A file of this machine. */
export interface FileLocator {
  readonly kind: 'file';
  readonly path: string;
  /** The path's bytes as base64, where they are not UTF-8. */
  readonly pathBytes?: string;
}

/** An address that is fetched by HTTP. It may hold secrets, which must not be shown. */
export interface HttpLocator {
  readonly kind: 'http';
  readonly url: string;
}

/** An object in S3, or in what has its interface. */
export interface S3Locator {
  readonly kind: 's3';
  readonly bucket: string;
  readonly key: string;
}

/** Locators by kind. A new kind of source adds its locator here and its reader to the table of readers. */
export interface Locators {
  file: FileLocator;
  http: HttpLocator;
  s3: S3Locator;
}

export type Locator = Locators[keyof Locators];

/** One input of a run: its name and where its bytes are. Plain data that can be sent to threads, processes and machines. */
export interface Source {
  /** `image` in the record. */
  readonly name: string;
  /** The name's bytes as base64, where they are not UTF-8. */
  readonly nameBytes?: string;
  readonly locator: Locator;
  /** Of a document, from 1. */
  readonly page?: number;
  /** How many pages the document has. */
  readonly pages?: number;
  /** Why the document cannot be opened, found out while it was listed: the error of its only record. */
  readonly failure?: SerializedError;
}

/** Whether the name of a source, as it was given or as it is in a record, is an address rather than a path. */
export function isAddress(name: string): boolean {
  return /^(https?|s3):\/\//i.test(name);
}

/** Identifies a source in an output. Two names that are not UTF-8 may look alike, so their bytes count too. */
export function sourceKey({ name, nameBytes, page }: Omit<Source, 'locator'>): string {
  const key = nameBytes === undefined ? name : `${name}\0${nameBytes}`;
  return page === undefined ? key : `${key}\0\0${page}`;
}

/** The part of a record that names its source. */
export interface RecordName {
  image: string;
  imageBytes?: string;
  page?: number;
  pages?: number;
}

/** How a record names a source. */
export function recordName({ name, nameBytes, page, pages }: Omit<Source, 'locator'>): RecordName {
  return {
    image: name,
    ...(nameBytes !== undefined && { imageBytes: nameBytes }),
    ...(page !== undefined && { page }),
    ...(pages !== undefined && { pages }),
  };
}

/** `sourceKey` of the source that a record names. */
export function recordKey({ image, imageBytes, page }: RecordName): string {
  return sourceKey({
    name: image,
    ...(imageBytes !== undefined && { nameBytes: imageBytes }),
    ...(page !== undefined && { page }),
  });
}
