import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Report } from './data.js';
import { readReport } from './data.js';
import { Errors } from './errors.js';
import { Pictures } from './pictures.js';
import { Summary } from './summary.js';

const TABS = ['Pictures', 'Failed', 'Summary'] as const;

function Page({ report, whole }: { report: Report; whole: boolean }) {
  const [tab, setTab] = useState(0);
  const { tables } = report;
  const choose = (next: number) => {
    const at = (next + TABS.length) % TABS.length;
    setTab(at);
    document.getElementById(`tab-${at}`)?.focus();
  };
  return (
    <>
      <header class="top">
        <h1 title={tables.title}>
          {tables.heading}
          {tables.folder !== '' && <span>{tables.folder}/</span>}
        </h1>
        <div role="tablist" aria-label="Parts of the report">
          {TABS.map((name, at) => (
            <button
              type="button"
              role="tab"
              id={`tab-${at}`}
              aria-selected={tab === at}
              aria-controls="panel"
              tabIndex={tab === at ? 0 : -1}
              onClick={() => {
                setTab(at);
              }}
              onKeyDown={(event) => {
                if (event.key === 'ArrowRight') choose(at + 1);
                else if (event.key === 'ArrowLeft') choose(at - 1);
              }}
            >
              {name}
              {at === 1 && tables.stats.failed > 0 && (
                <span class="badge">{tables.stats.failed.toLocaleString('en')}</span>
              )}
            </button>
          ))}
        </div>
        {!whole && <p class="reading">reading…</p>}
      </header>
      <main>
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 0 && <Pictures report={report} />}
          {tab === 1 && <Errors report={report} />}
          {tab === 2 && <Summary tables={tables} />}
        </div>
      </main>
    </>
  );
}

/** Shows what is read so far. */
function show(report: Report): void {
  document.title = report.tables.title;
  render(<Page report={report} whole={report.rows.length === report.tables.rows} />, root);
}

const root = document.getElementById('page')!;
root.textContent = '';
void readReport(show);
