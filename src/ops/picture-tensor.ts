import type { Picture } from '../contracts/picture.js';
import type { Interpolation, PlaneSampler, ResizeGeometry, RowSampler } from './resize/geometry.js';
import { pilSampler, type PilFilter } from './resize/pillow.js';
import { byteSampler } from './resize/sampler.js';
import { sourceSteps } from './source-step.js';

/** How a picture becomes the network's input: resized, cut, normalised, laid out. */
export interface TensorPlan {
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  /** Source pixels per resized pixel where the picture is resized by a factor (1 / fx); by size where left out. */
  readonly stepX?: number;
  readonly stepY?: number;
  readonly interpolation: Interpolation;
  /** `pil`: Pillow's antialiased filters; area means its box filter there, lanczos4 its Lanczos. */
  readonly backend: 'cv2' | 'pil';
  /** The part of the resized picture that is kept. */
  readonly crop: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly outWidth: number;
  readonly outHeight: number;
  /** Where the crop's upper left corner lies in the output. */
  readonly placeX: number;
  readonly placeY: number;
  /** Values of the output outside of the crop, by output channel; already normalised. */
  readonly padValue: readonly [number, number, number];
  /** Order of the output's channels; mean, std and padValue follow it. */
  readonly order: 'rgb' | 'bgr';
  /** value = (pixel * scale - mean) / std */
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly layout: 'chw' | 'hwc';
}

/** Pillow's filter for each of cv2's names. */
export const PIL_NAMES: Record<Interpolation, PilFilter> = {
  nearest: 'nearest',
  linear: 'bilinear',
  cubic: 'bicubic',
  area: 'box',
  lanczos4: 'lanczos',
};

/** What two plans and pictures must have in common to share a sampler. */
interface SamplerKey extends ResizeGeometry {
  readonly backend: TensorPlan['backend'];
  readonly interpolation: Interpolation;
}

/** The pixels of one resized row as bytes; kept from picture to picture while the geometry stays. */
export class TensorScratch {
  private key: SamplerKey | undefined;
  private kept: RowSampler<Uint8Array> | undefined;
  private rowBytes = new Uint8Array(0);
  private tablesKey = '';
  private tables: Tables | undefined;

  /** A sampler for the plan and a picture's size: the last one where it fits, else a new one. */
  sampler(picture: Picture, plan: TensorPlan): RowSampler<Uint8Array> {
    const key = samplerKey(picture, plan);
    if (this.kept === undefined || this.key === undefined || !isSame(key, this.key)) {
      this.kept =
        plan.backend === 'pil'
          ? pilSampler(PIL_NAMES[plan.interpolation], key)
          : byteSampler(plan.interpolation, key);
      this.key = key;
    }
    return this.kept;
  }

  /** The normalised value of each byte; the last ones where scale, mean and std are the same. */
  normalisation(plan: TensorPlan): Tables {
    const key = `${plan.scale} ${plan.mean.join(' ')} ${plan.std.join(' ')}`;
    if (this.tables === undefined || key !== this.tablesKey) {
      this.tables = normalisation(plan);
      this.tablesKey = key;
    }
    return this.tables;
  }

  /** A buffer of at least `length` bytes. */
  bytes(length: number): Uint8Array {
    if (this.rowBytes.length < length) this.rowBytes = new Uint8Array(length);
    return this.rowBytes;
  }
}

/**
 * Writes a picture as float32 to `out` from `offset` on: resize, crop, normalise and lay out in one pass over the
 * output; only rows and columns that the crop keeps are computed. The resized pixels are rounded to bytes before
 * they are normalised, as cv2 does.
 * @param out holds 3 * plan.outWidth * plan.outHeight values from `offset` on
 * @param scratch buffers that are reused from call to call; never shared between clones
 */
export function pictureToTensor(
  picture: Picture,
  plan: TensorPlan,
  out: Float32Array,
  offset: number,
  scratch = new TensorScratch(),
): void {
  const { crop, outWidth, outHeight } = plan;
  if (crop.width < outWidth || crop.height < outHeight) fillPadding(plan, out, offset);
  const sampler = scratch.sampler(picture, plan);
  sampler.use(picture.data);
  const tables = scratch.normalisation(plan);
  const swap = picture.order !== plan.order;
  if (plan.layout === 'chw' && isPlaneSampler(sampler)) {
    writeThrough(sampler, plan, tables, swap, out, offset);
  } else {
    const row = scratch.bytes(crop.width * 3);
    const write = plan.layout === 'chw' ? writePlanes : writeInterleaved;
    for (let y = 0; y < crop.height; y++) {
      sampler.row(crop.y + y, row, 0);
      const pixel = (plan.placeY + y) * outWidth + plan.placeX;
      write(row, crop.width, tables, swap, out, offset, pixel, outWidth * outHeight);
    }
  }
  sampler.use(NO_PIXELS); // the sampler is kept, the picture is not
}

const NO_PIXELS = new Uint8Array(0);

const isPlaneSampler = (sampler: RowSampler<Uint8Array>): sampler is PlaneSampler => 'planes' in sampler;

/** All rows by a sampler that writes planes itself: what most pictures take. */
function writeThrough(
  sampler: PlaneSampler,
  { crop, outWidth, outHeight, placeX, placeY }: TensorPlan,
  tables: Tables,
  swap: boolean,
  out: Float32Array,
  offset: number,
): void {
  const plane = outWidth * outHeight;
  const inOrder: Tables = swap ? [tables[2], tables[1], tables[0]] : tables;
  const first = offset + placeY * outWidth + placeX;
  for (let y = 0; y < crop.height; y++) {
    const start = first + y * outWidth;
    const last = start + 2 * plane;
    sampler.planes(crop.y + y, inOrder, out, swap ? last : start, start + plane, swap ? start : last);
  }
}

/** One row into the planes of a CHW tensor; `pixel` is the row's first place in each plane. */
function writePlanes(
  row: Uint8Array,
  width: number,
  tables: Tables,
  swap: boolean,
  out: Float32Array,
  offset: number,
  pixel: number,
  plane: number,
): void {
  const first = tables[swap ? 2 : 0];
  const second = tables[1];
  const third = tables[swap ? 0 : 2];
  const to0 = offset + pixel + (swap ? 2 * plane : 0);
  const to1 = offset + pixel + plane;
  const to2 = offset + pixel + (swap ? 0 : 2 * plane);
  let from = 0;
  for (let x = 0; x < width; x++) {
    out[to0 + x] = first[row[from]!]!;
    out[to1 + x] = second[row[from + 1]!]!;
    out[to2 + x] = third[row[from + 2]!]!;
    from += 3;
  }
}

/** One row into an HWC tensor; `pixel` is the number of pixels before it. */
function writeInterleaved(
  row: Uint8Array,
  width: number,
  tables: Tables,
  swap: boolean,
  out: Float32Array,
  offset: number,
  pixel: number,
): void {
  const [first, second, third] = tables;
  const a = swap ? 2 : 0;
  const c = 2 - a;
  let to = offset + 3 * pixel;
  for (let from = 0; from < 3 * width; from += 3) {
    out[to] = first[row[from + a]!]!;
    out[to + 1] = second[row[from + 1]!]!;
    out[to + 2] = third[row[from + c]!]!;
    to += 3;
  }
}

function samplerKey(picture: Picture, plan: TensorPlan): SamplerKey {
  return {
    backend: plan.backend,
    interpolation: plan.interpolation,
    sourceWidth: picture.width,
    sourceHeight: picture.height,
    channels: 3,
    width: plan.resizedWidth,
    height: plan.resizedHeight,
    ...sourceSteps(picture, {
      width: plan.resizedWidth,
      height: plan.resizedHeight,
      stepX: plan.stepX,
      stepY: plan.stepY,
    }),
    firstColumn: plan.crop.x,
    columns: plan.crop.width,
  };
}

function isSame(a: SamplerKey, b: SamplerKey): boolean {
  return (
    a.backend === b.backend &&
    a.interpolation === b.interpolation &&
    a.sourceWidth === b.sourceWidth &&
    a.sourceHeight === b.sourceHeight &&
    a.width === b.width &&
    a.height === b.height &&
    a.stepX === b.stepX &&
    a.stepY === b.stepY &&
    a.firstColumn === b.firstColumn &&
    a.columns === b.columns
  );
}

/** The normalised value of each byte, by output channel. */
type Tables = readonly [Float32Array, Float32Array, Float32Array];

function normalisation({ scale, mean, std }: TensorPlan): Tables {
  const table = (channel: 0 | 1 | 2) =>
    Float32Array.from({ length: 256 }, (_, value) => (value * scale - mean[channel]) / std[channel]);
  return [table(0), table(1), table(2)];
}

function fillPadding(
  { layout, outWidth, outHeight, padValue }: TensorPlan,
  out: Float32Array,
  offset: number,
) {
  const pixels = outWidth * outHeight;
  if (layout === 'chw') {
    padValue.forEach((value, c) => out.fill(value, offset + c * pixels, offset + (c + 1) * pixels));
    return;
  }
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) out[offset + 3 * i + c] = padValue[c]!;
  }
}
