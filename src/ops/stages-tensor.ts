import { FdeployError } from '../contracts/errors.js';
import type { Picture } from '../contracts/picture.js';
import { pilResize } from './resize/pillow.js';
import { PIL_NAMES, pictureToTensor, type TensorPlan, type TensorScratch } from './picture-tensor.js';
import { resize, resizeWithSteps, type PixelGrid } from './resize/opencv.js';
import type { NormalizeStage, PadStage, ResizeStage, Stage, Triple } from './picture-stages.js';
import { sourceSteps } from './source-step.js';
import { warpAffine } from './warp-affine.js';

/** How the network wants its picture laid out. */
export interface InputLayout {
  readonly layout: 'chw' | 'hwc';
  readonly order: 'rgb' | 'bgr';
}

const UNCHANGED: NormalizeStage = { kind: 'normalize', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };

const inOrder = (value: Triple, order: 'rgb' | 'bgr'): Triple =>
  order === 'rgb' ? value : [value[2], value[1], value[0]];

/**
 * Runs the stages over a picture and writes the result as float32 to `out` from `offset` on. What most configs hold,
 * a resize, padding and a normalisation, is one pass over the output; a second resize, or one behind the
 * normalisation, takes a picture in between.
 * @param out holds 3 * width * height values of the last stage's size from `offset` on
 */
export function stagesToTensor(
  picture: Picture,
  stages: readonly Stage[],
  input: InputLayout,
  out: Float32Array,
  offset: number,
  scratch: TensorScratch,
): void {
  const start = startOfPass(stages);
  if (start === 0) {
    onePass(picture, stages, input, out, offset, scratch);
    return;
  }
  const before = runStages(toRgb(picture), ofSource(picture, stages.slice(0, start)));
  if (isBytes(before)) {
    const { data, width, height } = before;
    const between: Picture = { data, width, height, channels: 3, order: 'rgb' };
    onePass(between, stages.slice(start), input, out, offset, scratch);
    return;
  }
  writeGrid(runStages(before, stages.slice(start)), input, out, offset);
}

/** The stages with the first resize by the steps that the picture's own pixels want, where it was decoded smaller. */
function ofSource(picture: Picture, stages: readonly Stage[]): readonly Stage[] {
  const [first, ...rest] = stages;
  if (!picture.original || first?.kind !== 'resize') return stages;
  return [{ ...first, ...sourceSteps(picture, first) }, ...rest];
}

/** Where the last resize stands, or what comes behind a warp: from there on one pass does it. */
function startOfPass(stages: readonly Stage[]): number {
  const last = stages.findLastIndex(({ kind }) => kind === 'resize' || kind === 'warp');
  return stages[last]?.kind === 'warp' ? last + 1 : Math.max(last, 0);
}

/** An optional resize, then pads and at most one normalisation. */
function onePass(
  picture: Picture,
  stages: readonly Stage[],
  { layout, order }: InputLayout,
  out: Float32Array,
  offset: number,
  scratch: TensorScratch,
): void {
  const head = stages[0]?.kind === 'resize' ? stages[0] : undefined;
  const width = head?.width ?? picture.width;
  const height = head?.height ?? picture.height;
  const normalize = stages.find((stage) => stage.kind === 'normalize') ?? UNCHANGED;
  const at = stages.indexOf(normalize);
  const pads = stages.flatMap((stage, i) =>
    stage.kind === 'pad' ? [{ stage, value: i < at ? normalised(stage.value, normalize) : stage.value }] : [],
  );
  const outer = pads.at(-1)?.stage;
  const plan: TensorPlan = {
    resizedWidth: width,
    resizedHeight: height,
    ...(head?.stepX !== undefined && { stepX: head.stepX }),
    ...(head?.stepY !== undefined && { stepY: head.stepY }),
    interpolation: head?.interpolation ?? 'nearest',
    backend: head?.backend ?? 'cv2',
    crop: { x: 0, y: 0, width, height },
    outWidth: outer?.width ?? width,
    outHeight: outer?.height ?? height,
    placeX: pads.reduce((sum, { stage }) => sum + stage.left, 0),
    placeY: pads.reduce((sum, { stage }) => sum + stage.top, 0),
    padValue: inOrder(pads[0]?.value ?? [0, 0, 0], order),
    order,
    scale: normalize.scale,
    mean: inOrder(normalize.mean, order),
    std: inOrder(normalize.std, order),
    layout,
  };
  pictureToTensor(picture, plan, out, offset, scratch);
  let left = 0;
  let top = 0;
  for (let i = pads.length - 1; i > 0; i--) {
    left += pads[i]!.stage.left;
    top += pads[i]!.stage.top;
    const inner = { left, top, width: pads[i - 1]!.stage.width, height: pads[i - 1]!.stage.height };
    const canvas = {
      left: left - pads[i]!.stage.left,
      top: top - pads[i]!.stage.top,
      ...sizeOf(pads[i]!.stage),
    };
    fillBetween(plan, canvas, inner, inOrder(pads[i]!.value, order), out, offset);
  }
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const sizeOf = ({ width, height }: PadStage) => ({ width, height });

/** The pad's value where the normalisation comes after it. */
function normalised(value: Triple, { scale, mean, std }: NormalizeStage): Triple {
  const of = (c: 0 | 1 | 2) => (value[c] * scale - mean[c]) / std[c];
  return [of(0), of(1), of(2)];
}

/** Fills what lies in `canvas` and outside of `inner`. */
function fillBetween(
  { outWidth, outHeight, layout }: TensorPlan,
  canvas: Rectangle,
  inner: Rectangle,
  value: Triple,
  out: Float32Array,
  offset: number,
): void {
  const plane = layout === 'chw' ? outWidth * outHeight : 1;
  const step = layout === 'chw' ? 1 : 3;
  for (let y = canvas.top; y < canvas.top + canvas.height; y++) {
    const insideRow = y >= inner.top && y < inner.top + inner.height;
    for (let x = canvas.left; x < canvas.left + canvas.width; x++) {
      if (insideRow && x === inner.left) x += inner.width;
      if (x >= canvas.left + canvas.width) break;
      const at = offset + (y * outWidth + x) * step;
      for (let c = 0; c < 3; c++) out[at + c * plane] = value[c]!;
    }
  }
}

function toRgb({ data, width, height, order }: Picture): PixelGrid<Uint8Array> {
  if (order === 'rgb') return { data, width, height, channels: 3 };
  const swapped = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    swapped[i] = data[i + 2]!;
    swapped[i + 1] = data[i + 1]!;
    swapped[i + 2] = data[i]!;
  }
  return { data: swapped, width, height, channels: 3 };
}

/** The stages one after another: bytes until a normalisation or a pad with a fraction makes them float32. */
function runStages(source: PixelGrid, stages: readonly Stage[]): PixelGrid {
  return stages.reduce<PixelGrid>((grid, stage) => {
    switch (stage.kind) {
      case 'resize':
        return resizeGrid(grid, stage);
      case 'pad':
        return padGrid(grid, stage);
      case 'warp': {
        const { scale, shiftX, shiftY, width, height } = stage;
        if (isBytes(grid)) return warpAffine(grid, scale, shiftX, shiftY, width, height);
        throw new FdeployError(
          'OPERATOR_UNSUPPORTED',
          'WarpAffine takes bytes, not what a normalisation gives',
        );
      }
      case 'normalize':
        return normalizeGrid(grid, stage);
    }
  }, source);
}

function resizeGrid(grid: PixelGrid, stage: ResizeStage): PixelGrid {
  const { width, height, stepX, stepY, interpolation, backend } = stage;
  if (backend === 'pil') {
    if (!isBytes(grid)) {
      throw new FdeployError('OPERATOR_UNSUPPORTED', 'Pillow resizes bytes, not what a normalisation gives');
    }
    return pilResize(grid, width, height, PIL_NAMES[interpolation]);
  }
  if (stepX === undefined || stepY === undefined) return resize(grid, width, height, interpolation);
  return resizeWithSteps(grid, width, height, stepX, stepY, interpolation);
}

function isBytes(grid: PixelGrid): grid is PixelGrid<Uint8Array> {
  return grid.data instanceof Uint8Array;
}

function padGrid(grid: PixelGrid, { left, top, width, height, value }: PadStage): PixelGrid {
  const asBytes = isBytes(grid) && value.every(Number.isInteger);
  const data = asBytes ? new Uint8Array(width * height * 3) : new Float32Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = value[i % 3]!;
  const row = grid.width * 3;
  for (let y = 0; y < grid.height; y++) {
    data.set(grid.data.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * 3);
  }
  return { data, width, height, channels: 3 };
}

function normalizeGrid(grid: PixelGrid, { scale, mean, std }: NormalizeStage): PixelGrid {
  const data = new Float32Array(grid.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (grid.data[i]! * scale - mean[i % 3]!) / std[i % 3]!;
  return { ...grid, data };
}

function writeGrid(
  { data, width, height }: PixelGrid,
  { layout, order }: InputLayout,
  out: Float32Array,
  offset: number,
): void {
  const plane = layout === 'chw' ? width * height : 1;
  const step = layout === 'chw' ? 1 : 3;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      out[offset + i * step + c * plane] = data[i * 3 + (order === 'rgb' ? c : 2 - c)]!;
    }
  }
}
