import { useMemo, useState } from 'preact/hooks';
import { isOk, rowTime, select } from '../query.js';
import type { Query } from '../query.js';
import { Controls } from './controls.js';
import type { Report } from './data.js';
import { OpenedDetails } from './details.js';
import { Picture } from './picture.js';
import { captionOf, milliseconds, pathOf } from './rows.js';
import { VirtualList } from './virtual-list.js';

const TILE = 216;
const TILE_HEIGHT = 226;
const FRAME_HEIGHT = 150;

const EVERYTHING: Query = { words: '', label: -1, status: 'all', lowest: 0, highest: 1, order: 'input' };

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
  const [open, setOpen] = useState<number>();
  const folders = useMemo(() => tables.folders.map(([shown]) => shown), [tables]);
  const found = useMemo(() => select(rows, query, folders), [rows, rows.length, query, folders]);

  const tile = (index: number, width: number, focusable: boolean) => {
    const at = found[index]!;
    const row = rows[at]!;
    const path = pathOf(row, tables);
    const caption = captionOf(row, tables);
    const time = rowTime(row);
    const frame = isOk(row) ? fit(row[4], row[5], width - 24, FRAME_HEIGHT) : undefined;
    return (
      <button
        type="button"
        class={isOk(row) ? 'tile' : 'tile failed'}
        tabIndex={focusable ? 0 : -1}
        title={path}
        onClick={() => {
          setOpen(index);
        }}
      >
        <span class="frame">
          <span class={frame ? 'fitted' : 'fitted bare'} style={frame}>
            <Picture at={at} row={row} tables={tables} overlay={overlay} alternative="" />
          </span>
        </span>
        <span class="name">{row[2]}</span>
        <span class="caption" dir="auto">
          {caption}
        </span>
        {time !== undefined && <span class="time">{milliseconds(time)}</span>}
      </button>
    );
  };

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
      />
      <p class="count" role="status">
        {found.length === rows.length
          ? `${rows.length.toLocaleString('en')} pictures`
          : `${found.length.toLocaleString('en')} of ${rows.length.toLocaleString('en')} pictures`}
      </p>
      <VirtualList
        count={found.length}
        itemWidth={TILE}
        itemHeight={TILE_HEIGHT}
        label="Pictures"
        version={query}
        item={tile}
      />
      <OpenedDetails found={found} open={open} setOpen={setOpen} report={report} overlay={overlay} />
    </>
  );
}
