import { EVERYTHING, rowScore, select } from '#src/report/query.js';
import type { PageRow } from '#src/report/format.js';
import type { Query } from '#src/report/query.js';

const NAMES = { folders: ['scans/', 'photos/'], labels: ['mosquito net', 'Siamese cat'] };
const rows: PageRow[] = [
  [0, 1, 'dog.jpg', 1, 10, 10, 50, [1, 1, 5, 1], [0, 1], [0.7, 0.2], '', []],
  [1, 1, 'Cat.jpg', 1, 10, 10, 20, [1, 1, 1, 30], [1, 1], [0.9, 0.4], '', []],
  [3, 0, 'page.png', 1, 10, 10, 30, [1, 1, 90, 1], [], [0.5, 0.7, -1], '', ['Invoice 7', '总计 45元', '']],
  [-1, 0, 'bad.jpg', 0, 0, 'the file ends early', 1],
  [2, 0, 'road.png', 2, 10, 10, 40, [1, 1, 2, 1], [1], [1], '', []],
  [3, 0, 'faint.png', 1, 10, 10, 60, [1, 1, 3, 1], [], [0, 0.5], '', ['', 'Total']],
];
const found = (part: Partial<Query>): number[] => select(rows, { ...EVERYTHING, ...part }, NAMES);

it('gives every picture one score, or none; a line of score 0 counts, one without a score does not', () => {
  expect(rows.map(rowScore)).toEqual([0.7, 0.9, 0.6, undefined, undefined, 0.25]);
});

it.each<[Partial<Query>, number[]]>([
  [{}, [0, 1, 2, 3, 4, 5]],
  [{ words: 'CAT.JPG' }, [1]],
  [{ words: 'siamese' }, [1, 4]],
  [{ words: 'net photos/' }, [0]],
  [{ words: 'net siamese' }, []],
  [{ words: '45元' }, [2]],
  [{ words: 'scans invoice' }, [2]],
  [{ words: 'ends early' }, [3]],
  [{ words: 'nowhere' }, []],
  [{ label: 0 }, [0]],
  [{ label: 1 }, [1, 4]],
  [{ status: 'ok' }, [0, 1, 2, 4, 5]],
  [{ status: 'error' }, [3]],
  [{ lowest: 0.65 }, [0, 1]],
  [{ lowest: 0.7 }, [0, 1]],
  [{ highest: 0.65 }, [2, 5]],
  [{ highest: 0.6 }, [2, 5]],
  [{ lowest: 0.25, highest: 0.25 }, [5]],
  [{ order: 'best' }, [1, 0, 2, 5, 3, 4]],
  [{ order: 'worst' }, [5, 2, 0, 1, 3, 4]],
  [{ order: 'slow' }, [2, 1, 0, 5, 4, 3]],
  [{ order: 'fast' }, [4, 5, 0, 1, 2, 3]],
  [{ order: 'done' }, [1, 2, 4, 0, 5, 3]],
  [{ order: 'name' }, [1, 0, 3, 5, 2, 4]],
  [{ order: 'best', status: 'ok', lowest: 0.5 }, [1, 0, 2]],
])('%j', (part, expected) => {
  expect(found(part)).toEqual(expected);
});
