import { useState } from 'preact/hooks';
import type { PageRow, PageTables } from '../format.js';
import { KIND, PICTURE, STEPS, maskPath, thumbnailPath } from '../format.js';
import { isOk } from '../query.js';
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
  /** What a screen reader says. */
  alternative: string;
}

/** A picture with its result over it; the overlay is laid out in parts of the picture, so it fits at any size. */
export function Picture({ at, row, tables, overlay, large = false, marked, alternative }: Properties) {
  const [gone, setGone] = useState(false);
  if (row[3] === PICTURE.none) return <span class="placeholder">no picture</span>;
  const source = large && !gone ? addressOf(row, tables) : thumbnailPath(at);
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
          class={row[0] === KIND.ocr && !large ? 'shapes thin' : 'shapes'}
          viewBox={`0 0 ${STEPS} ${STEPS}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {itemsOf(row, tables).map((item, index) => {
            const points = item.points.map((point) => point.join()).join(' ');
            return (
              <g class={marked === index ? 'marked' : undefined}>
                <polygon class="halo" points={points} />
                <polygon points={points} stroke={item.colour} />
              </g>
            );
          })}
        </svg>
      )}
    </>
  );
}
