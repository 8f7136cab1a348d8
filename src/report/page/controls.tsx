import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageTables } from '../format.js';
import type { Order, Query } from '../query.js';
import { ORDERS } from '../query.js';
import { labelName } from './rows.js';

interface Properties {
  query: Query;
  change: (part: Partial<Query>) => void;
  tables: PageTables;
  overlay: boolean;
  setOverlay: (overlay: boolean) => void;
  /** Only the search is seen until one asks for the rest. */
  folded: boolean;
}

/** A number from 0 to 1; what is typed counts once it is one. */
function ScoreField({
  name,
  value,
  change,
}: {
  name: string;
  value: number;
  change: (value: number) => void;
}) {
  return (
    <input
      type="number"
      min="0"
      max="1"
      step="0.05"
      aria-label={name}
      value={value}
      onInput={(event) => {
        const typed = event.currentTarget.valueAsNumber;
        if (typed >= 0 && typed <= 1) change(typed);
      }}
    />
  );
}

export function Controls({ query, change, tables, overlay, setOverlay, folded }: Properties) {
  const [words, setWords] = useState(query.words);
  /** What the query got from here: another text in it is of another program. */
  const sent = useRef(query.words);
  useEffect(() => {
    if (query.words === sent.current) return;
    sent.current = query.words;
    setWords(query.words);
  }, [query.words]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (words === query.words) return;
      sent.current = words;
      change({ words });
    }, 150);
    return () => {
      clearTimeout(timer);
    };
  }, [words]);
  const labels = tables.labels
    .map((label, at) => ({ at, name: labelName(tables, at), count: label.count }))
    .filter((label) => label.count > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const fields = (
    <>
      {labels.length > 0 && (
        <label>
          Label
          <select
            value={query.label}
            onChange={(event) => {
              change({ label: Number(event.currentTarget.value) });
            }}
          >
            <option value={-1}>all</option>
            {labels.map(({ at, name, count }) => (
              <option value={at}>{`${name} (${count})`}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Status
        <select
          value={query.status}
          onChange={(event) => {
            change({ status: event.currentTarget.value as Query['status'] });
          }}
        >
          <option value="all">all</option>
          <option value="ok">predicted</option>
          <option value="error">failed</option>
        </select>
      </label>
      <fieldset>
        <legend>Score</legend>
        <ScoreField
          name="lowest score"
          value={query.lowest}
          change={(lowest) => {
            change({ lowest });
          }}
        />
        <span aria-hidden="true">to</span>
        <ScoreField
          name="highest score"
          value={query.highest}
          change={(highest) => {
            change({ highest });
          }}
        />
      </fieldset>
      <label>
        Order
        <select
          value={query.order}
          onChange={(event) => {
            change({ order: event.currentTarget.value as Order });
          }}
        >
          {Object.entries(ORDERS).map(([order, name]) => (
            <option value={order}>{name}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={overlay}
          onChange={(event) => {
            setOverlay(event.currentTarget.checked);
          }}
        />
        results over the pictures
      </label>
    </>
  );
  return (
    <form
      class="controls"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <label>
        Search
        <input
          type="search"
          placeholder="file name, label or text"
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value);
          }}
        />
      </label>
      {folded ? (
        <details class="more">
          <summary>Filters and order</summary>
          <div>{fields}</div>
        </details>
      ) : (
        fields
      )}
    </form>
  );
}
