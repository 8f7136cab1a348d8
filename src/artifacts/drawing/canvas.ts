/** The canvas: its size, and the sizes of lines and type. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Canvas pixels per pixel of the picture. */
  readonly scale: number;
  /** Width of a line, without its outline. */
  readonly line: number;
  /** Font size. */
  readonly type: number;
}

/** Smaller pictures are enlarged by an integer factor, so that labels are readable. */
const SMALLEST_SIDE = 480;
/** Larger pictures are reduced: a drawing is for viewing. */
const LARGEST_SIDE = 4096;

/** @param width and height of the picture in pixels */
export function canvasFor(width: number, height: number): Canvas {
  const longest = Math.max(width, height);
  const scale =
    longest < SMALLEST_SIDE ? Math.ceil(SMALLEST_SIDE / longest) : Math.min(1, LARGEST_SIDE / longest);
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const middle = Math.sqrt(size.width * size.height);
  return {
    ...size,
    scale,
    line: Math.max(2.5, middle * 0.004),
    type: Math.min(72, Math.max(13, Math.round(middle * 0.022))),
  };
}

/** A number as SVG takes it, to a hundredth of a pixel. */
export const px = (value: number): string => (Math.round(value * 100) / 100).toString();
