import type { DetOperator } from './operator.js';

export interface WarpAffineSettings {
  keepResolution: boolean;
  pad: number;
  inputHeight: number;
  inputWidth: number;
}

/**
 * `WarpAffine` of CenterNet: the picture in the middle of the network's input, black around it; either unscaled, the
 * input being the next size above the picture's that `pad` allows, or scaled so that the longer side fills it.
 * As in PaddleDetection, im_shape and scale_factor stay those of the picture.
 */
export const warpAffine: DetOperator<WarpAffineSettings> = {
  read(fields) {
    return {
      keepResolution: fields.boolean('keep_res', false),
      pad: fields.integer('pad', 0, 31),
      inputHeight: fields.integer('input_h', 1, 512),
      inputWidth: fields.integer('input_w', 1, 512),
    };
  },

  apply({ keepResolution, pad, inputHeight, inputWidth }, { stages }) {
    const { width, height } = stages;
    if (keepResolution) {
      const outWidth = (width | pad) + 1;
      const outHeight = (height | pad) + 1;
      const shiftX = outWidth / 2 - Math.floor(width / 2);
      const shiftY = outHeight / 2 - Math.floor(height / 2);
      stages.add({ kind: 'warp', scale: 1, shiftX, shiftY, width: outWidth, height: outHeight });
      return;
    }
    const scale = inputWidth / Math.max(width, height);
    const shiftX = inputWidth / 2 - (width / 2) * scale;
    const shiftY = inputHeight / 2 - (height / 2) * scale;
    stages.add({ kind: 'warp', scale, shiftX, shiftY, width: inputWidth, height: inputHeight });
  },
};
