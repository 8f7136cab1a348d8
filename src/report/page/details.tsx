import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { STAGES } from '../../contracts/stages.js';
import { KIND } from '../format.js';
import { isOk, rowExtra } from '../query.js';
import type { Report } from './data.js';
import { Copy } from './copy.js';
import { Picture } from './picture.js';
import { addressOf, captionOf, errorCode, itemsOf, milliseconds, nameOf, taskOf, textOf } from './rows.js';
import { Tags } from './tags.js';

interface Properties {
  at: number;
  report: Report;
  overlay: boolean;
  /** Which of how many. */
  place: string;
  step: (by: number) => void;
  close: () => void;
}

/** One picture, large, with everything its record says. */
export function Details({ at, report, overlay, place, step, close }: Properties) {
  const { tables, rows } = report;
  const dialog = useRef<HTMLDialogElement>(null);
  const [marked, setMarked] = useState<number>();
  const list = useRef<HTMLTableSectionElement>(null);
  const markFromPicture = (item: number | undefined) => {
    setMarked(item);
    if (item !== undefined) list.current?.children[item]?.scrollIntoView({ block: 'nearest' });
  };
  useEffect(() => {
    dialog.current!.showModal();
  }, []);
  useEffect(() => {
    setMarked(undefined);
  }, [at]);
  const row = rows[at]!;
  const path = nameOf(row, tables);
  const items = useMemo(() => (isOk(row) ? itemsOf(row, tables) : []), [row, tables]);
  const shapes = isOk(row) && row[10] !== '';
  return (
    <dialog
      ref={dialog}
      aria-labelledby="details-name"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current!.close();
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') step(1);
        else if (event.key === 'ArrowLeft') step(-1);
      }}
    >
      <header>
        <h2 id="details-name">{path}</h2>
        <p>{place}</p>
        <button
          type="button"
          aria-label="previous picture"
          onClick={() => {
            step(-1);
          }}
        >
          ←
        </button>
        <button
          type="button"
          aria-label="next picture"
          onClick={() => {
            step(1);
          }}
        >
          →
        </button>
        <button
          type="button"
          aria-label="close"
          onClick={() => {
            dialog.current!.close();
          }}
        >
          ✕
        </button>
      </header>
      <div class="columns">
        <div class="large">
          <div
            class={isOk(row) ? 'fitted' : 'fitted bare'}
            style={
              isOk(row) ? { aspectRatio: `${row[4]} / ${row[5]}`, '--ratio': row[4] / row[5] } : undefined
            }
          >
            <Picture
              key={at}
              at={at}
              row={row}
              tables={tables}
              overlay={overlay}
              large
              mark={markFromPicture}
              {...(marked !== undefined && { marked })}
              alternative={`${path}: ${captionOf(row, tables)}`}
            />
            {overlay &&
              isOk(row) &&
              row[0] === KIND.ocr &&
              shapes &&
              marked !== undefined &&
              items[marked] && <Tags key={`${at} ${marked}`} items={[items[marked]]} marked={0} />}
            {overlay && isOk(row) && row[0] === KIND.detection && (
              <Tags key={at} items={items} {...(marked !== undefined && { marked })} />
            )}
          </div>
        </div>
        <div class="facts">
          {isOk(row) ? (
            <>
              <table>
                <caption>
                  {`${taskOf(row)}: ${items.length === 0 ? 'nothing found' : `${items.length} found`}`}
                  {row[11].length > 0 && <Copy text={textOf(row)} label="Copy all text" />}
                </caption>
                <tbody ref={list}>
                  {items.map((item, index) => (
                    <tr
                      class={[shapes && 'points', marked === index && 'marked'].filter(Boolean).join(' ')}
                      onMouseEnter={() => {
                        setMarked(index);
                      }}
                      onMouseLeave={() => {
                        setMarked(undefined);
                      }}
                    >
                      <td>
                        <span
                          class={item.hollow ? 'swatch hollow' : 'swatch'}
                          style={item.hollow ? undefined : { background: item.colour }}
                        />
                      </td>
                      <th scope="row" dir="auto">
                        {item.name}
                      </th>
                      <td class="number">
                        {item.score === undefined
                          ? ''
                          : row[0] === KIND.segmentation
                            ? `${(item.score * 100).toFixed(1)} %`
                            : item.score.toFixed(4)}
                      </td>
                      {row[0] === KIND.ocr && (
                        <td>
                          <Copy text={item.name} label="Copy" what={`line ${index + 1}`} />
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
              <dl>
                <dt>Size</dt>
                <dd>{`${row[4]} × ${row[5]}`}</dd>
                {row[7].map((ms, index) => (
                  <>
                    <dt>{STAGES[index]}</dt>
                    <dd>{milliseconds(ms)}</dd>
                  </>
                ))}
                <dt>done after</dt>
                <dd>{milliseconds(row[6])}</dd>
              </dl>
            </>
          ) : (
            <>
              <p class="code">{errorCode(row, tables)}</p>
              <p>{row[5]}</p>
              <p>{`Tried ${row[6] === 1 ? 'once' : `${row[6]} times`}.`}</p>
            </>
          )}
          <p>
            <a href={addressOf(row, tables)} target="_blank" rel="noreferrer">
              {rowExtra(row).page ? 'Open the document' : 'Open the picture itself'}
            </a>
          </p>
        </div>
      </div>
    </dialog>
  );
}
