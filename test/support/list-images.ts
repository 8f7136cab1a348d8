import { listSources, type ListOptions } from '#src/sources/list-sources.js';
import type { Named } from '../support/list-feed.js';

/** All that is listed, as records name it. */
export async function listImages(options: ListOptions): Promise<Named[]> {
  const images: Named[] = [];
  for await (const { name, nameBytes } of listSources(options)) {
    images.push({ image: name, ...(nameBytes !== undefined && { imageBytes: nameBytes }) });
  }
  return images;
}
