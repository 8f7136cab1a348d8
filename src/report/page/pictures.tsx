import { useMemo, useState } from 'preact/hooks';
import { EVERYTHING, isOk, rowExtra, rowTime, select } from '../query.js';
import type { PageRow } from '../format.js';
import { Controls } from './controls.js';
import type { Report } from './data.js';
import { downloadCsv } from './download.js';
import { Picture } from './picture.js';
import { ResultList } from './result-list.js';
import { captionOf, labelName, milliseconds, pageOf, pictures } from './rows.js';
import { useNarrow } from './use-narrow.js';

const TILE = { wide: 216, narrow: 170 };
const TILE_HEIGHT = 226;
const FRAME_HEIGHT = 150;

/** Largest width and height of a picture's shape inside a frame. */
function fit(width: number, height: number, roomWidth: number, roomHeight: number) {
  const scale = Math.min(roomWidth / width, roomHeight / height);
  return { width: `${Math.max(8, width * scale)}px`, height: `${Math.max(8, height * scale)}px` };
}

/** The looks of a document's pages that stand together; the first one says how many they are. */
function documentPlaces(rows: readonly PageRow[], found: readonly number[]) {
  const places = new Map<number, { classes: string[]; shown?: string }>();
  const same = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && rows[a]![1] === rows[b]![1] && rows[a]![2] === rows[b]![2];
  for (let from = 0; from < found.length;) {
    const { page } = rowExtra(rows[found[from]!]!);
    let to = from + 1;
    while (page && same(found[from], found[to])) to++;
    for (let index = from; page && index < to; index++) {
      const classes = ['page', ...(index === from ? ['first'] : []), ...(index === to - 1 ? ['last'] : [])];
      const shown = `${to - from} of ${page[1]} ${page[1] === 1 ? 'page' : 'pages'}`;
      places.set(index, { classes, ...(index === from && { shown }) });
    }
    from = to;
  }
  return places;
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
  const places = useMemo(() => documentPlaces(rows, found), [rows, found]);
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
      <div class="found">
        <p class="count" role="status">
          {found.length === rows.length
            ? pictures(rows.length)
            : `${found.length.toLocaleString('en')} of ${pictures(rows.length)}`}
        </p>
        {found.length > 0 && (
          <button
            type="button"
            class="copy"
            onClick={() => {
              downloadCsv(report, found);
            }}
          >
            Download the rows as CSV
          </button>
        )}
      </div>
      <ResultList
        report={report}
        found={found}
        label="Pictures"
        version={query}
        itemWidth={narrow ? TILE.narrow : TILE.wide}
        itemHeight={TILE_HEIGHT}
        overlay={overlay}
        look={(row, index) =>
          ['tile', !isOk(row) && 'failed', ...(places.get(index)?.classes ?? [])].filter(Boolean).join(' ')
        }
        item={(row, at, width, index) => {
          const time = rowTime(row);
          const frame = isOk(row) ? fit(row[4], row[5], width - 24, FRAME_HEIGHT) : undefined;
          return (
            <>
              <span class="frame">
                <span class={frame ? 'fitted' : 'fitted bare'} style={frame}>
                  <Picture at={at} row={row} tables={tables} overlay={overlay} alternative="" />
                </span>
                {places.get(index)?.shown !== undefined && (
                  <span class="document">{places.get(index)?.shown}</span>
                )}
              </span>
              <span class="name">
                <span>{row[2]}</span>
                {pageOf(row)}
              </span>
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
