/** A rectangle in pixels. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

/** How many rows below its box's top a label may go to find room. */
const MOST_ROWS = 12;

/**
 * Where a label may stand at its box, the best place first: above the box, inside its top, above its right end, below it,
 * inside its bottom, at its right, in the rows further down. No place leaves the room at its left or right.
 * @param gap between the box's line and the label
 */
export function labelPlaces(box: Area, label: Size, room: Size, gap: number): Area[] {
  const left = box.x - gap;
  const right = box.x + box.width + gap;
  const bottom = box.y + box.height;
  const corners: [number, number][] = [
    [left, box.y - gap - label.height],
    [left, box.y + gap],
    [right - label.width, box.y - gap - label.height],
    [left, bottom + gap],
    [left, bottom - gap - label.height],
    [right, box.y],
    ...Array.from({ length: MOST_ROWS }, (_, row): [number, number] => [
      left,
      box.y + gap + (row + 1) * label.height,
    ]),
  ];
  return corners.map(([x, y]) => ({
    x: Math.max(0, Math.min(x, room.width - label.width)),
    y,
    width: label.width,
    height: label.height,
  }));
}

const meets = (a: Area, b: Area): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Whether a place lies between the top and the bottom of the room. */
export const isInside = (place: Area, room: Size): boolean =>
  place.y >= 0 && place.y + place.height <= room.height;

/** The first place in the room that hides no other label; undefined if there is none. */
export function freePlace(places: readonly Area[], taken: readonly Area[], room: Size): Area | undefined {
  return places.find((place) => isInside(place, room) && !taken.some((other) => meets(place, other)));
}
