import { useEffect, useState } from 'preact/hooks';

/** Maximum width of a phone; the style sheet has the same value. */
const NARROW = matchMedia('(max-width: 600px)');

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const look = (): void => {
      setNarrow(NARROW.matches);
    };
    NARROW.addEventListener('change', look);
    return () => {
      NARROW.removeEventListener('change', look);
    };
  }, []);
  return narrow;
}
