/** The picture as it is drawn on: its size, and how large lines and type are on it. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Canvas pixels per pixel of the picture. */
  readonly scale: number;
  /** Width of a line, without its outline. */
  readonly line: number;
  /** Type size. */
  readonly type: number;
}

/** A smaller picture is enlarged by a whole factor, so that a label on it can be read. */
const SMALLEST_SIDE = 480;
/** A larger picture is made smaller: the drawing is to be looked at, the record holds the pixels. */
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
