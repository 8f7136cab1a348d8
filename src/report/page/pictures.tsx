import { useMemo, useState } from 'preact/hooks';
import { EVERYTHING, isOk, rowTime, select } from '../query.js';
import { Controls } from './controls.js';
import type { Report } from './data.js';
import { Picture } from './picture.js';
import { ResultList } from './result-list.js';
import { captionOf, labelName, milliseconds, pictures } from './rows.js';
import { useNarrow } from './use-narrow.js';

const TILE = { wide: 216, narrow: 170 };
const TILE_HEIGHT = 226;
const FRAME_HEIGHT = 150;

/** Largest width and height of a picture's shape inside a frame. */
function fit(width: number, height: number, roomWidth: number, roomHeight: number) {
  const scale = Math.min(roomWidth / width, roomHeight / height);
  return { width: `${Math.max(8, width * scale)}px`, height: `${Math.max(8, height * scale)}px` };
}

/** The tab of all pictures. */
export function Pictures({ report }: { report: Report }) {
  const { tables, rows } = report;
  const [query, setQuery] = useState(EVERYTHING);
  const [overlay, setOverlay] = useState(true);
  const narrow = useNarrow();
  const folders = useMemo(() => tables.folders.map(([shown]) => shown), [tables]);
  const labels = useMemo(() => tables.labels.map((_, at) => labelName(tables, at)), [tables]);
  const found = useMemo(
    () => select(rows, query, { folders, labels }),
    [rows, rows.length, query, folders, labels],
  );
  if (tables.rows === 0) return <p class="empty">The run has no records.</p>;
  return (
    <>
      <Controls
        query={query}
        change={(part) => {
          setQuery((now) => ({ ...now, ...part }));
        }}
        tables={tables}
        overlay={overlay}
        setOverlay={setOverlay}
        folded={narrow}
      />
      <p class="count" role="status">
        {found.length === rows.length
          ? pictures(rows.length)
          : `${found.length.toLocaleString('en')} of ${pictures(rows.length)}`}
      </p>
      <ResultList
        report={report}
        found={found}
        label="Pictures"
        version={query}
        itemWidth={narrow ? TILE.narrow : TILE.wide}
        itemHeight={TILE_HEIGHT}
        overlay={overlay}
        look={(row) => (isOk(row) ? 'tile' : 'tile failed')}
        item={(row, at, width) => {
          const time = rowTime(row);
          const frame = isOk(row) ? fit(row[4], row[5], width - 24, FRAME_HEIGHT) : undefined;
          return (
            <>
              <span class="frame">
                <span class={frame ? 'fitted' : 'fitted bare'} style={frame}>
                  <Picture at={at} row={row} tables={tables} overlay={overlay} alternative="" />
                </span>
              </span>
              <span class="name">{row[2]}</span>
              <span class="caption" dir="auto">
                {captionOf(row, tables)}
              </span>
              {time !== undefined && <span class="time">{milliseconds(time)}</span>}
            </>
          );
        }}
        empty={
          <>
            <p>No picture matches the search and the filters.</p>
            <button
              type="button"
              class="chip"
              onClick={() => {
                setQuery((now) => ({ ...EVERYTHING, order: now.order }));
              }}
            >
              Show all pictures
            </button>
          </>
        }
      />
    </>
  );
}
