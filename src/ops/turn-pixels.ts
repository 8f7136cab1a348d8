/** By how much a picture is turned, in degrees. */
export type QuarterTurn = 0 | 90 | 180 | 270;

const CHANNELS = 3;

/**
 * Turns pixels of three interleaved channels by quarters, against the clock.
 * @param out receives `width * height * 3` bytes: rows of `height` pixels after 90 and 270 degrees, of `width` after 180
 */
export function turnPixels(
  data: Uint8Array,
  width: number,
  height: number,
  degrees: Exclude<QuarterTurn, 0>,
  out: Uint8Array,
): void {
  // Where the first pixel of the turned picture comes from, and the way from one pixel and one row to the next there.
  const stride = width * CHANNELS;
  const last = (height - 1) * stride + (width - 1) * CHANNELS;
  const [origin, stepX, stepY] = {
    90: [stride - CHANNELS, stride, -CHANNELS],
    180: [last, -CHANNELS, -stride],
    270: [(height - 1) * stride, -stride, CHANNELS],
  }[degrees] as [number, number, number];
  const [outWidth, outHeight] = degrees === 180 ? [width, height] : [height, width];
  let to = 0;
  for (let y = 0; y < outHeight; y++) {
    let from = origin + y * stepY;
    for (let x = 0; x < outWidth; x++, from += stepX, to += CHANNELS) {
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
}
