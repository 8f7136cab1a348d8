import { useState } from 'preact/hooks';
import type { PageRow, PageTables } from '../format.js';
import { KIND, PICTURE, STEPS, maskPath, thumbnailPath, unpackPoints } from '../format.js';
import { isOk, rowExtra } from '../query.js';
import { addressOf, itemsOf, type Item } from './rows.js';

interface Properties {
  at: number;
  row: PageRow;
  tables: PageTables;
  /** Whether results are drawn over the picture. */
  overlay: boolean;
  /** Shows the picture itself instead of its thumbnail, where the page can reach it. */
  large?: boolean;
  /** Position of an item to stand out. */
  marked?: number;
  /** Called when the pointer is over an item, and with undefined when it has left. */
  mark?: (item: number | undefined) => void;
  /** What a screen reader says. */
  alternative: string;
}

/** Packed quads as points of polygons. */
function quadsOf(packed: string): string[] {
  const points = unpackPoints(packed);
  return Array.from({ length: points.length >> 2 }, (_, quad) =>
    points
      .slice(quad * 4, quad * 4 + 4)
      .map((point) => point.join())
      .join(' '),
  );
}

/** Width by height of what encloses some points. */
function areaOf(points: readonly (readonly [number, number])[]): number {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return points.length === 0 ? 0 : (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}

/** Items in the order in which they are drawn, so that the pointer reaches one inside another. */
const largestFirst = (items: readonly Item[]) =>
  items.map((item, index) => ({ item, index, area: areaOf(item.points) })).sort((a, b) => b.area - a.area);

/** A picture with its result over it; the overlay is laid out in parts of the picture, so it fits at any size. */
export function Picture({ at, row, tables, overlay, large = false, marked, mark, alternative }: Properties) {
  const [gone, setGone] = useState(false);
  if (row[3] === PICTURE.none) return <span class="placeholder">no picture</span>;
  // A browser shows no page of a document as a picture.
  const whole = large && !gone && rowExtra(row).page === undefined;
  const source = whole ? addressOf(row, tables) : thumbnailPath(at);
  return (
    <>
      <img
        src={source}
        alt={alternative}
        decoding="async"
        draggable={false}
        onError={() => {
          setGone(true);
        }}
      />
      {overlay && row[3] === PICTURE.masked && (
        <img class="mask" src={maskPath(at)} alt="" decoding="async" />
      )}
      {overlay && isOk(row) && row[10] !== '' && (
        <svg
          class={`shapes${row[0] === KIND.ocr && !large ? ' thin' : ''}${mark ? ' live' : ''}`}
          viewBox={`0 0 ${STEPS} ${STEPS}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {largestFirst(itemsOf(row, tables)).map(({ item, index }) => {
            const points = item.points.map((point) => point.join()).join(' ');
            return (
              <g
                data-item={index}
                class={marked === index ? 'marked' : undefined}
                {...(mark && {
                  onMouseEnter: () => {
                    mark(index);
                  },
                  onMouseLeave: () => {
                    mark(undefined);
                  },
                })}
              >
                <polygon class="halo" points={points} />
                <polygon points={points} stroke={item.colour} />
                {marked === index &&
                  quadsOf(rowExtra(row).words?.[index] ?? '').map((word) => (
                    <polygon class="word" points={word} stroke={item.colour} />
                  ))}
              </g>
            );
          })}
        </svg>
      )}
    </>
  );
}
