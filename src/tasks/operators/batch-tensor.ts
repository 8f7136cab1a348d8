import type { Picture } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import type { TensorScratch } from '../../ops/picture-tensor.js';
import type { StageList } from '../../ops/picture-stages.js';
import { stagesToTensor } from '../../ops/stages-tensor.js';

/**
 * Pictures as one network input, each through its stages.
 * @param lists the stages of each picture, which all end with the same size
 * @returns float32 [N, 3, height, width], or [N, height, width, 3]
 */
export function batchTensor(
  pictures: readonly Picture[],
  lists: readonly StageList[],
  form: { layout: 'chw' | 'hwc'; order: 'rgb' | 'bgr' },
  scratch: TensorScratch,
): Tensor<'float32'> {
  const { width, height } = lists[0]!;
  const volume = 3 * width * height;
  const data = new Float32Array(pictures.length * volume);
  lists.forEach(({ stages }, i) => {
    stagesToTensor(pictures[i]!, stages, form, data, i * volume, scratch);
  });
  const dims = form.layout === 'chw' ? [3, height, width] : [height, width, 3];
  return { type: 'float32', dims: [pictures.length, ...dims], data };
}
