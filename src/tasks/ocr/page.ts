import type { Picture } from '../../contracts/picture.js';
import type { Point, Quad } from '../../contracts/results.js';
import { release } from '../../images/release.js';
import { turnPixels, type QuarterTurn } from '../../ops/turn-pixels.js';

/** A picture as it is read, and where its points lie in the picture that came in. */
export interface Page {
  readonly picture: Picture;
  /**
   * By how many degrees the page lies turned clockwise in the picture that came in, and was turned back; undefined where
   * nothing found out.
   */
  readonly angle?: QuarterTurn;
  /** A quad of `picture` in pixels of the picture that came in, its corners in the same order. */
  restore(quad: Quad): Quad;
  /** Gives back what the page holds beside the picture that came in. */
  release(): void;
}

/** A picture that is read as it came. */
export function asItCame(picture: Picture): Page {
  return { picture, restore: (quad) => quad, release: () => undefined };
}

/**
 * The page turned back against the clock; the page before is used up.
 * @param degrees by which it lies turned clockwise
 */
export function turnedBack(page: Page, degrees: QuarterTurn): Page {
  const { picture, angle = 0 } = page;
  if (degrees === 0) return { ...page, angle };
  const { width, height } = picture;
  const data = new Uint8Array(picture.data.length);
  turnPixels(picture.data, width, height, degrees, data);
  page.release();
  const size = degrees === 180 ? { width, height } : { width: height, height: width };
  const place = (point: Point): Point => turnedPoint(point, degrees, width, height);
  return {
    picture: { ...picture, ...size, data },
    angle: ((angle + degrees) % 360) as QuarterTurn,
    restore: (quad) => page.restore(quad.map(place) as Quad),
    release: () => {
      release(data);
    },
  };
}

/** Where a point of the page that was turned back lies in the picture of `width` x `height` from before. */
function turnedPoint([x, y]: Point, degrees: Exclude<QuarterTurn, 0>, width: number, height: number): Point {
  switch (degrees) {
    case 90:
      return [width - y, x];
    case 180:
      return [width - x, height - y];
    case 270:
      return [y, height - x];
  }
}
