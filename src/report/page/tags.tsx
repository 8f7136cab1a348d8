import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { freePlace, labelPlaces, type Area } from '../../ops/label-places.js';
import { STEPS } from '../format.js';
import type { Item } from './rows.js';

interface Properties {
  /** Best first. */
  items: readonly Item[];
  /** Position of an item to stand out. */
  marked?: number;
}

/** Half of a box's line, in pixels. */
const GAP = 2;

interface Place {
  x: number;
  y: number;
  /** No other tag lies below this one. */
  free: boolean;
}

/** Where each tag goes: beside its box, where it hides no better one's. */
function arrange(frame: HTMLElement, items: readonly Item[]): Place[] {
  const room = { width: frame.clientWidth, height: frame.clientHeight };
  const taken: Area[] = [];
  return items.map(({ points }, at) => {
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const from = [Math.min(...xs), Math.min(...ys)] as const;
    const to = [Math.max(...xs), Math.max(...ys)] as const;
    const box = {
      x: (from[0] / STEPS) * room.width,
      y: (from[1] / STEPS) * room.height,
      width: ((to[0] - from[0]) / STEPS) * room.width,
      height: ((to[1] - from[1]) / STEPS) * room.height,
    };
    const tag = frame.children[at] as HTMLElement;
    const places = labelPlaces(box, { width: tag.offsetWidth, height: tag.offsetHeight }, room, GAP);
    const free = freePlace(places, taken, room);
    if (free) taken.push(free);
    const { x, y } = free ?? { ...places[0]!, y: Math.max(0, places[0]!.y) };
    return { x, y, free: free !== undefined };
  });
}

/** What is found, at its boxes. A tag without room for it is shown while its item is marked. */
export function Tags({ items, marked }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const [places, setPlaces] = useState<Place[]>([]);
  useLayoutEffect(() => {
    const element = frame.current!;
    const place = (): void => {
      setPlaces(arrange(element, items));
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [items]);
  return (
    <div ref={frame} class="tags" aria-hidden="true">
      {items.map((item, index) => {
        const place = places[index];
        const shown = place !== undefined && (place.free || marked === index);
        return (
          <span
            class={marked === index ? 'tag marked' : 'tag'}
            style={{
              borderColor: item.colour,
              visibility: shown ? 'visible' : 'hidden',
              transform: `translate(${place?.x ?? 0}px, ${place?.y ?? 0}px)`,
            }}
          >
            {item.name} {item.score?.toFixed(2)}
          </span>
        );
      })}
    </div>
  );
}
