import { useMemo, useState } from 'preact/hooks';
import type { ErrorRow, PageRow } from '../format.js';
import { isOk } from '../query.js';
import type { Report } from './data.js';
import { ResultList } from './result-list.js';
import { errorCode, nameOf } from './rows.js';
import { useNarrow } from './use-narrow.js';

const ROW_HEIGHT = { wide: 68, narrow: 92 };

/** One row across the whole list. */
const WHOLE_WIDTH = 1e6;

/** Rows of pictures that failed; of all reasons where `code` is -1. */
function failedRows(rows: readonly PageRow[], code: number): number[] {
  return [...rows.keys()].filter((at) => {
    const row = rows[at]!;
    return !isOk(row) && (code === -1 || row[4] === code);
  });
}

/** The tab of the pictures that failed, with their reasons. */
export function Errors({ report }: { report: Report }) {
  const { tables, rows } = report;
  const [code, setCode] = useState(-1);
  const narrow = useNarrow();
  const found = useMemo(() => failedRows(rows, code), [rows, rows.length, code]);
  const reasons = [{ code: 'all', count: tables.stats.failed }, ...tables.codes];
  return (
    <>
      {tables.stats.failed > 0 && (
        <div class="controls" role="group" aria-label="Reasons">
          {reasons.map((reason, place) => (
            <button
              type="button"
              class="chip"
              aria-pressed={code === place - 1}
              onClick={() => {
                setCode(place - 1);
              }}
            >
              {`${reason.code} ${reason.count.toLocaleString('en')}`}
            </button>
          ))}
        </div>
      )}
      <ResultList
        report={report}
        found={found}
        label="Pictures that failed"
        version={code}
        itemWidth={WHOLE_WIDTH}
        itemHeight={narrow ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide}
        overlay={false}
        look={() => 'failure'}
        item={(row) => (
          <>
            <span class="code">{errorCode(row as ErrorRow, tables)}</span>
            <span class="name">{nameOf(row, tables)}</span>
            <span class="message">{row[5]}</span>
          </>
        )}
        empty={tables.stats.failed === 0 && <p>No picture failed.</p>}
      />
    </>
  );
}
