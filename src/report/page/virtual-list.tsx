import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Properties {
  /** Items of the whole list. */
  count: number;
  /** Smallest width of an item in pixels; the list has as many columns as fit. */
  itemWidth: number;
  itemHeight: number;
  label: string;
  /** What the list shows changed: it starts at its top again. */
  version: unknown;
  item: (index: number, width: number, focusable: boolean) => ComponentChildren;
}

/** Rows kept beyond the visible ones. */
const SPARE = 3;

/** A list of any length of which only what is seen is in the page. Arrow keys, Home, End and page keys move in it. */
export function VirtualList({ count, itemWidth, itemHeight, label, version, item }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [first, setFirst] = useState(0);
  const [active, showActive] = useState(0);
  /** The active item now, before the next drawing: keys come faster than that. */
  const current = useRef(0);
  const setActive = (index: number) => {
    current.current = index;
    showActive(index);
  };
  const focusNext = useRef(false);

  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    box.current!.scrollTop = 0;
    setFirst(0);
    setActive(0);
  }, [version]);

  const columns = Math.max(1, Math.floor(size.width / itemWidth));
  const width = size.width / columns;
  const rows = Math.ceil(count / columns);
  const visible = Math.ceil(size.height / itemHeight) + 1;
  const from = Math.max(0, first - SPARE);
  const to = Math.min(rows, first + visible + SPARE);

  useEffect(() => {
    if (!focusNext.current) return;
    // Keys may have gone on since this drawing began: focus on an item they left would take them back.
    const button = box.current!.querySelector<HTMLElement>(`[data-index="${current.current}"] button`);
    if (!button) return; // not drawn yet
    focusNext.current = false;
    button.focus();
  });

  const move = (index: number) => {
    const target = Math.min(count - 1, Math.max(0, index));
    const top = Math.floor(target / columns) * itemHeight;
    const element = box.current!;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + itemHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + itemHeight - element.clientHeight;
    setFirst(Math.floor(element.scrollTop / itemHeight));
    setActive(target);
    focusNext.current = true;
  };

  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * Math.max(1, visible - 2),
    PageUp: -columns * Math.max(1, visible - 2),
    Home: -Infinity,
    End: Infinity,
  };

  const cells = [];
  for (let index = from * columns; index < Math.min(count, to * columns); index++) {
    const column = index % columns;
    const row = (index - column) / columns;
    cells.push(
      <div
        key={index}
        role="listitem"
        class="cell"
        data-index={index}
        aria-setsize={count}
        aria-posinset={index + 1}
        style={{
          transform: `translate(${column * width}px, ${row * itemHeight}px)`,
          width: `${width}px`,
          height: `${itemHeight}px`,
        }}
      >
        {item(index, width, index === active)}
      </div>,
    );
  }
  return (
    <div
      ref={box}
      class="virtual"
      role="list"
      aria-label={label}
      onScroll={(event) => {
        const row = Math.floor(event.currentTarget.scrollTop / itemHeight);
        if (row !== first) setFirst(row);
      }}
      onFocusIn={(event) => {
        const cell = (event.target as Element).closest<HTMLElement>('[data-index]');
        if (cell) setActive(Number(cell.dataset.index));
      }}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
        event.preventDefault();
        move(current.current + step);
      }}
    >
      <div class="whole" style={{ height: `${rows * itemHeight}px` }}>
        {cells}
      </div>
    </div>
  );
}
