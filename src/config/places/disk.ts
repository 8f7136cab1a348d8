import { stat } from 'node:fs/promises';
import type { Place } from './place.js';

/** A path: a directory as its suite exported it, a network's file or a config. */
export const disk: Place = {
  takes: 'a directory, a file',
  async find(name) {
    const info = await stat(name).catch(() => undefined);
    return info ? { path: name } : undefined;
  },
};
