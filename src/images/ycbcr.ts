const BITS = 16;
const HALF = 1 << (BITS - 1);
const fix = (value: number) => Math.trunc(value * (1 << BITS) + 0.5);

/** BT.601's factors in 16-bit fixed point. */
const RED_OF_CR = fix(1.402);
const GREEN_OF_CR = -fix((0.299 * 1.402) / 0.587);
const BLUE_OF_CB = fix(1.772);
const GREEN_OF_CB = -fix((0.114 * 1.772) / 0.587);

const clip = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Converts full-range YCbCr triples to RGB in place, in the fixed-point arithmetic of libtiff's TIFFYCbCrtoRGB. */
export function ycbcrToRgb(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const y = pixels[i]!;
    const cb = pixels[i + 1]! - 128;
    const cr = pixels[i + 2]! - 128;
    pixels[i] = clip(y + ((RED_OF_CR * cr + HALF) >> BITS));
    pixels[i + 1] = clip(y + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> BITS));
    pixels[i + 2] = clip(y + ((BLUE_OF_CB * cb + HALF) >> BITS));
  }
}
