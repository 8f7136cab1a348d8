import { useState } from 'preact/hooks';
import type { PageRow, PageTables } from '../format.js';
import { KIND, PICTURE, STEPS, maskPath, thumbnailPath, unpackPoints } from '../format.js';
import { isOk, rowExtra } from '../query.js';
import { addressOf, itemsOf } from './rows.js';

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
          {itemsOf(row, tables).map((item, index) => {
            const points = item.points.map((point) => point.join()).join(' ');
            return (
              <g
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
