import { useMemo, useState } from 'preact/hooks';
import type { ErrorRow } from '../format.js';
import { isOk } from '../query.js';
import type { Report } from './data.js';
import { OpenedDetails } from './details.js';
import { errorCode, pathOf } from './rows.js';
import { VirtualList } from './virtual-list.js';

/** The tab of the pictures that failed, with their reasons. */
export function Errors({ report }: { report: Report }) {
  const { tables, rows } = report;
  const [code, setCode] = useState(-1);
  const [open, setOpen] = useState<number>();
  const found = useMemo(() => {
    const failed: number[] = [];
    rows.forEach((row, at) => {
      if (!isOk(row) && (code === -1 || row[4] === code)) failed.push(at);
    });
    return failed;
  }, [rows, rows.length, code]);
  if (tables.stats.failed === 0) return <p class="count">No picture failed.</p>;
  return (
    <>
      <div class="controls" role="group" aria-label="Reasons">
        <button
          type="button"
          class="chip"
          aria-pressed={code === -1}
          onClick={() => {
            setCode(-1);
          }}
        >
          {`all ${tables.stats.failed.toLocaleString('en')}`}
        </button>
        {tables.codes.map((reason, at) => (
          <button
            type="button"
            class="chip"
            aria-pressed={code === at}
            onClick={() => {
              setCode(at);
            }}
          >
            {`${reason.code} ${reason.count.toLocaleString('en')}`}
          </button>
        ))}
      </div>
      <VirtualList
        count={found.length}
        itemWidth={100000}
        itemHeight={68}
        label="Pictures that failed"
        version={code}
        item={(index, _width, focusable) => {
          const row = rows[found[index]!] as ErrorRow;
          return (
            <button
              type="button"
              class="failure"
              tabIndex={focusable ? 0 : -1}
              onClick={() => {
                setOpen(index);
              }}
            >
              <span class="code">{errorCode(row, tables)}</span>
              <span class="name">{pathOf(row, tables)}</span>
              <span class="message">{row[5]}</span>
            </button>
          );
        }}
      />
      <OpenedDetails found={found} open={open} setOpen={setOpen} report={report} overlay={false} />
    </>
  );
}
