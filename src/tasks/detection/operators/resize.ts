import { FdeployError } from '../../../contracts/errors.js';
import { INTERPOLATIONS, type Interpolation } from '../../../ops/resize/opencv.js';
import { roundHalfEven } from '../../../ops/round.js';
import type { Fields } from '../../../config/fields.js';
import type { DetOperator } from './operator.js';

export interface ResizeSettings {
  height: number;
  width: number;
  keepRatio: boolean;
  interpolation: Interpolation;
  backend: 'cv2' | 'pil';
  /** The square that exports before 2.0 pad a fixed input to. */
  padTo?: number;
}

/** Architectures whose exports before 2.0 keep the ratio when they name a largest side. */
const KEPT_RATIO = ['RCNN', 'RetinaNet', 'FCOS', 'SOLOv2'];
/** Pillow's filters by their number: nearest, lanczos, bilinear, bicubic, box. */
const PIL_FILTERS: readonly Interpolation[] = ['nearest', 'lanczos4', 'linear', 'cubic', 'area'];

function interpolationOf(fields: Fields, backend: 'cv2' | 'pil'): Interpolation {
  const names = backend === 'cv2' ? INTERPOLATIONS : PIL_FILTERS;
  const name = names[fields.integer('interp', 0, backend === 'cv2' ? 1 : 2)];
  if (name === undefined) throw fields.invalid('interp', 'a whole number from 0 to 4');
  return name;
}

/** `Resize`: to `target_size`, or within it where the ratio is kept, by factors as `cv2.resize(fx, fy)` does. */
export const resize: DetOperator<ResizeSettings> = {
  read(fields, { arch, fluid }) {
    const size = fields.pair('target_size');
    if (!size) throw fields.invalid('target_size', 'one or two whole numbers of at least 1');
    const [height, width] = size;
    const backend = fields.boolean('use_cv2', true) ? 'cv2' : 'pil';
    const interpolation = interpolationOf(fields, backend);
    const largest = fields.integer('max_size', 0, 0);
    if (!fluid && !fields.has('max_size')) {
      return { height, width, keepRatio: fields.boolean('keep_ratio', true), interpolation, backend };
    }
    const keepRatio = fields.boolean('keep_ratio', largest > 0 && KEPT_RATIO.includes(arch));
    return {
      height,
      width: keepRatio && largest > 0 ? largest : width,
      keepRatio,
      interpolation,
      backend,
      ...(largest > 0 && fields.has('image_shape') && { padTo: largest }),
    };
  },

  apply({ height, width, keepRatio, interpolation, backend, padTo }, state) {
    const { stages } = state;
    const [scaleY, scaleX] = keepRatio
      ? keptRatio(stages.width, stages.height, width, height)
      : [height / stages.height, width / stages.width];
    const resized =
      backend === 'cv2'
        ? { width: roundHalfEven(stages.width * scaleX), height: roundHalfEven(stages.height * scaleY) }
        : { width: Math.floor(stages.width * scaleX), height: Math.floor(stages.height * scaleY) };
    if (resized.width < 1 || resized.height < 1) {
      const message = `a picture of ${stages.width} x ${stages.height} has no pixels left after resizing`;
      throw new FdeployError('IMAGE_TOO_SMALL', message);
    }
    const steps = backend === 'cv2' ? { stepX: 1 / scaleX, stepY: 1 / scaleY } : {};
    stages.add({ kind: 'resize', ...resized, ...steps, interpolation, backend });
    state.imShape = [resized.height, resized.width];
    state.scaleFactor = [scaleY, scaleX];
    if (padTo === undefined) return;
    stages.add({ kind: 'pad', left: 0, top: 0, width: padTo, height: padTo, value: [0, 0, 0] });
  },
};

/** The factor that brings the shorter side to the smaller target, or the longer one to the larger if that is less. */
function keptRatio(width: number, height: number, targetWidth: number, targetHeight: number) {
  const longer = Math.max(width, height);
  const limit = Math.max(targetWidth, targetHeight);
  const scale = Math.min(targetWidth, targetHeight) / Math.min(width, height);
  const factor = roundHalfEven(scale * longer) > limit ? limit / longer : scale;
  return [factor, factor] as const;
}
