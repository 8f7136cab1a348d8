import clipper from 'clipper-lib';
import { polygonArea, polygonLength, type FlatPoints } from './polygon.js';

/** pyclipper's defaults. */
const MITER_LIMIT = 2;
const ARC_TOLERANCE = 0.25;

/** How far DB moves a box's sides outwards: area * ratio / length, in pixels of the map. */
export function unclipDistance(box: FlatPoints, ratio: number): number {
  return (polygonArea(box) * ratio) / polygonLength(box);
}

/**
 * The polygons around a box at a distance, with round corners: Clipper's offset as pyclipper calls it. Corners
 * are cut to whole numbers first, as pyclipper does.
 * @param box corners as x, y pairs
 * @returns x, y pairs of each polygon; none where nothing is left
 */
export function offsetPolygon(box: FlatPoints, distance: number): Int32Array[] {
  const path = [];
  for (let i = 0; i < box.length; i += 2) {
    path.push({ X: Math.trunc(box[i]!), Y: Math.trunc(box[i + 1]!) });
  }
  const offset = new clipper.ClipperOffset(MITER_LIMIT, ARC_TOLERANCE);
  offset.AddPath(path, clipper.JoinType.jtRound, clipper.EndType.etClosedPolygon);
  const solution: { X: number; Y: number }[][] = [];
  offset.Execute(solution, distance);
  return solution.map((polygon) => Int32Array.from(polygon.flatMap((point) => [point.X, point.Y])));
}

/** A box moved outwards by DB's distance for `ratio` (PaddleOCR's `unclip`). */
export function unclip(box: FlatPoints, ratio: number): Int32Array[] {
  return offsetPolygon(box, unclipDistance(box, ratio));
}
