import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { Tensor, ValueInfo } from '../../contracts/tensor.js';
import type { DetState } from './operators/operator.js';

/** A picture's sizes on its way to the network, as PaddleDetection's deploy code keeps them. */
export type PictureInfo = Pick<DetState, 'imShape' | 'scaleFactor'> & {
  width: number;
  height: number;
  /** The tensor's size. */
  padded: readonly [height: number, width: number];
};

/**
 * Which values an input beside the picture takes; height before width, y before x. Exports before 2.0 have a
 * scale_factor of four values, an im_shape of three (the original's), im_size and im_info.
 */
const SIDE_INPUTS = {
  scale_factor: ({ scaleFactor: [y, x] }, length) => (length === 4 ? [x, y, x, y] : [y, x]),
  im_shape: ({ imShape, height, width }, length) => (length === 3 ? [height, width, 1] : imShape),
  im_size: ({ height, width }) => [height, width],
  im_info: ({ padded, scaleFactor }) => [...padded, scaleFactor[1]],
} as const satisfies Record<string, (info: PictureInfo, length: number) => readonly number[]>;

type SideInput = keyof typeof SIDE_INPUTS;

/** The graph's inputs by what they take: plain data. */
export interface DetInputs {
  image: string;
  sides: { name: string; takes: SideInput; type: 'float32' | 'int32' | 'int64'; length: number }[];
}

/**
 * Finds the picture's input, the one of rank 4, and the others by their names.
 * @throws FdeployError MODEL_UNSUPPORTED naming an input that nothing is known of
 */
export function findInputs(runtime: RuntimeHandle): DetInputs {
  const pictures = runtime.inputs.filter(({ dims }) => dims.length === 4);
  const [image] = pictures;
  if (!image || pictures.length > 1) {
    throw unsupported(runtime, 'one input of rank 4 for the picture', runtime.inputs);
  }
  const sides = runtime.inputs.filter((input) => input !== image).map((input) => sideInput(runtime, input));
  return { image: image.name, sides };
}

function sideInput(runtime: RuntimeHandle, input: ValueInfo): DetInputs['sides'][number] {
  const { name, type, dims } = input;
  const isKnown = Object.hasOwn(SIDE_INPUTS, name);
  if (!isKnown || (type !== 'float32' && type !== 'int32' && type !== 'int64')) {
    throw unsupported(runtime, `inputs named ${Object.keys(SIDE_INPUTS).join(', ')}`, [input]);
  }
  return { name, takes: name as SideInput, type, length: dims.at(-1) ?? -1 };
}

function unsupported(runtime: RuntimeHandle, expected: string, values: readonly ValueInfo[]): FdeployError {
  const found =
    values.map(({ name, type, dims }) => `${name} ${type} [${dims.join(', ')}]`).join('; ') || 'none';
  const message = `${runtime.source}: expected ${expected} but found ${found}`;
  return new FdeployError('MODEL_UNSUPPORTED', message, { file: runtime.source, expected, found });
}

/** The tensors beside the picture for a batch, one row a picture. */
export function sideTensors({ sides }: DetInputs, pictures: readonly PictureInfo[]): Record<string, Tensor> {
  return Object.fromEntries(
    sides.map(({ name, takes, type, length }) => {
      const rows = pictures.map((info) => SIDE_INPUTS[takes](info, length));
      return [name, tensorOf(type, [rows.length, rows[0]!.length], rows.flat())];
    }),
  );
}

function tensorOf(type: 'float32' | 'int32' | 'int64', dims: number[], values: readonly number[]): Tensor {
  switch (type) {
    case 'float32':
      return { type, dims, data: Float32Array.from(values) };
    case 'int32':
      return { type, dims, data: Int32Array.from(values) };
    case 'int64':
      return { type, dims, data: BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))) };
  }
}
