import { elementScroll, observeElementOffset } from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { observeInside, useVirtualizer } from './use-virtualizer.js';

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
  const [active, showActive] = useState(0);
  /** The active item now, before the next drawing: keys come faster than that. */
  const current = useRef(0);
  const setActive = (index: number) => {
    current.current = index;
    showActive(index);
  };
  const focusNext = useRef(false);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const columns = Math.max(1, Math.floor(room.width / itemWidth));
  const width = room.width / columns;
  const virtualizer = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => box.current,
    estimateSize: () => itemHeight,
    observeElementRect: (instance, tell) =>
      observeInside(instance, (rect) => {
        setRoom(rect);
        tell(rect);
      }),
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: SPARE,
  });

  useLayoutEffect(() => {
    box.current!.scrollTop = 0;
    setActive(0);
  }, [version]);
  useLayoutEffect(() => {
    virtualizer.measure();
  }, [itemHeight]);

  useEffect(() => {
    if (!focusNext.current) return;
    // Keys may have gone on since this drawing began: focus on an item they left would take them back.
    const button = box.current!.querySelector<HTMLElement>(`[data-index="${current.current}"] button`);
    if (!button) return; // not drawn yet
    focusNext.current = false;
    button.focus({ preventScroll: true });
  });

  const move = (index: number) => {
    const target = Math.min(count - 1, Math.max(0, index));
    virtualizer.scrollToIndex(Math.floor(target / columns));
    setActive(target);
    focusNext.current = true;
  };

  const page = columns * Math.max(1, Math.floor(room.height / itemHeight));
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };

  const cells = virtualizer.getVirtualItems().flatMap((row) =>
    Array.from({ length: Math.min(columns, count - row.index * columns) }, (_, column) => {
      const index = row.index * columns + column;
      return (
        <div
          key={index}
          role="listitem"
          class="cell"
          data-index={index}
          aria-setsize={count}
          aria-posinset={index + 1}
          style={{
            transform: `translate(${column * width}px, ${row.start}px)`,
            width: `${width}px`,
            height: `${itemHeight}px`,
          }}
        >
          {item(index, width, index === active)}
        </div>
      );
    }),
  );
  return (
    <div
      ref={box}
      class="virtual"
      role="list"
      aria-label={label}
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
      <div class="whole" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {cells}
      </div>
    </div>
  );
}
