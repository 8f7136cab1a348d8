import { Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

type Options = VirtualizerOptions<HTMLElement, HTMLElement>;

/** The size of an element without its scroll bar, which the library's `observeElementRect` includes. */
export const observeInside: Options['observeElementRect'] = (instance, tell) => {
  const element = instance.scrollElement;
  if (!element) return undefined;
  const measure = (): void => {
    tell({ width: element.clientWidth, height: element.clientHeight });
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
};

/** A virtualizer that re-renders the component on changes. */
export function useVirtualizer(options: Options): Virtualizer<HTMLElement, HTMLElement> {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const all: Options = {
    ...options,
    onChange: () => {
      redraw(0);
    },
  };
  const [virtualizer] = useState(() => new Virtualizer(all));
  virtualizer.setOptions(all);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => {
    virtualizer._willUpdate();
  });
  return virtualizer;
}
