import { isKnownModel } from './known-models.js';
import type { Place } from './place.js';

/** A model that comes with the install. */
export const installed: Place = {
  takes: 'a known name',
  find: (name) => Promise.resolve(isKnownModel(name) ? { known: name } : undefined),
};
