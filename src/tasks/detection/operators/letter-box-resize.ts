import { roundHalfEven } from '../../../ops/round.js';
import { requirePair } from '../../operators/required-fields.js';
import type { DetOperator } from './operator.js';

/** The grey around the picture. */
const GREY = 127.5;

/** `LetterBoxResize`: the whole picture in the middle of `target_size`, grey around it, resized by area. */
export const letterBoxResize: DetOperator<{ height: number; width: number }> = {
  read(fields) {
    const [height, width] = requirePair(fields, 'target_size');
    return { height, width };
  },

  apply({ height, width }, state) {
    const { stages } = state;
    const ratio = Math.min(height / stages.height, width / stages.width);
    const resizedWidth = Math.max(1, roundHalfEven(stages.width * ratio));
    const resizedHeight = Math.max(1, roundHalfEven(stages.height * ratio));
    stages.add({
      kind: 'resize',
      width: resizedWidth,
      height: resizedHeight,
      interpolation: 'area',
      backend: 'cv2',
    });
    // copyMakeBorder on bytes: the grey is rounded half to even
    const grey = roundHalfEven(GREY);
    stages.add({
      kind: 'pad',
      left: roundHalfEven((width - resizedWidth) / 2 - 0.1),
      top: roundHalfEven((height - resizedHeight) / 2 - 0.1),
      width,
      height,
      value: [grey, grey, grey],
    });
    state.imShape = [resizedHeight, resizedWidth];
    state.scaleFactor = [ratio, ratio];
  },
};
