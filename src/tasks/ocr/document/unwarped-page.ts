import type { Point, Quad } from '../../../contracts/results.js';
import { release } from '../../../images/release.js';
import { samplePicture, sourcePoint, type SamplingGrid } from '../../../ops/sample-picture.js';
import type { Page } from '../page.js';

/** The flat page that the points of `grid` sample; the page before is used up. */
export function unwarped(page: Page, grid: SamplingGrid): Page {
  const { picture } = page;
  const { width, height } = picture;
  const data = new Uint8Array(picture.data.length);
  samplePicture(picture.data, width, height, grid, data);
  page.release();
  const place = (point: Point): Point => {
    const [x, y] = sourcePoint(grid, width, height, point);
    return [Math.round(x), Math.round(y)];
  };
  return {
    ...page,
    picture: { ...picture, data },
    restore: (quad) => page.restore(quad.map(place) as Quad),
    release: () => {
      release(data);
    },
  };
}
