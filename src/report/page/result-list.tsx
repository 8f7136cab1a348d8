import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { PageRow } from '../format.js';
import type { Report } from './data.js';
import { Details } from './details.js';
import { nameOf } from './rows.js';
import { VirtualList } from './virtual-list.js';

interface Properties {
  report: Report;
  /** Positions of the rows that are listed. */
  found: readonly number[];
  label: string;
  /** Changes when other rows are listed: the list starts at its top again. */
  version: unknown;
  itemWidth: number;
  itemHeight: number;
  /** Whether an opened picture has its result over it. */
  overlay: boolean;
  /** Class of an item's button, and what is in it. */
  look: (row: PageRow, index: number) => string;
  item: (row: PageRow, at: number, width: number, index: number) => ComponentChildren;
  /** Stands in the list's place where nothing is listed. */
  empty: ComponentChildren;
}

/** Records as a list of buttons; each opens its picture, and from there one steps through the list. */
export function ResultList({ report, found, overlay, look, item, empty, ...list }: Properties) {
  const { tables, rows } = report;
  const [open, setOpen] = useState<number>();
  if (found.length === 0) return <div class="empty">{empty}</div>;
  return (
    <>
      <VirtualList
        {...list}
        count={found.length}
        item={(index, width, focusable) => {
          const at = found[index]!;
          const row = rows[at]!;
          return (
            <button
              type="button"
              class={look(row, index)}
              tabIndex={focusable ? 0 : -1}
              title={nameOf(row, tables)}
              onClick={() => {
                setOpen(index);
              }}
            >
              {item(row, at, width, index)}
            </button>
          );
        }}
      />
      {open !== undefined && found[open] !== undefined && (
        <Details
          at={found[open]}
          report={report}
          overlay={overlay}
          place={`${open + 1} of ${found.length}`}
          step={(by) => {
            setOpen(Math.min(found.length - 1, Math.max(0, open + by)));
          }}
          close={() => {
            setOpen(undefined);
          }}
        />
      )}
    </>
  );
}
