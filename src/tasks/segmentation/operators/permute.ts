import type { SegOperator } from './operator.js';

/** `Permute`: rows of pixels to planes of channels, which the network's input always is. */
export const permute: SegOperator<null> = {
  read: () => null,
  apply: () => undefined,
};
