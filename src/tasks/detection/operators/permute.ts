import type { DetOperator } from './operator.js';

export interface PermuteSettings {
  channelFirst: boolean;
  toBgr: boolean;
}

/** `Permute`: rows of pixels to planes of channels. */
export const permute: DetOperator<PermuteSettings> = {
  read(fields) {
    return { channelFirst: fields.boolean('channel_first', true), toBgr: fields.boolean('to_bgr', false) };
  },

  apply({ channelFirst, toBgr }, state) {
    if (channelFirst) state.layout = 'chw';
    if (toBgr) state.order = 'bgr';
  },
};
