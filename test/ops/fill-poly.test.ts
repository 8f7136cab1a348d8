import { fillPoly } from '#src/ops/fill-poly.js';
import { readVector, vectorCases } from '../support/vectors.js';

interface Params {
  points: number[][];
  width: number;
  height: number;
}

test.each(vectorCases<Params>('fill_poly'))('$name: the pixels cv2 fills', ({ params, output }) => {
  const { width, height, points } = params;
  const data = new Uint8Array(width * height);
  fillPoly({ data, width, height }, Int32Array.from(points.flat()));
  expect(Buffer.from(data).equals(Buffer.from(readVector(output).data as Uint8Array))).toBe(true);
});

/** Made with OpenCV 4.10: corners outside of the mask, where it rounds differently. */
const CLIPPED = [
  {
    points: [24, 11, 27, 0, 15, 3],
    rows: [
      '..........................##',
      '......................######',
      '..................#########.',
      '...............############.',
      '................##########..',
      '.................#########..',
      '..................########..',
      '...................######...',
      '....................#####...',
    ],
  },
  {
    points: [11, 18, 10, -1, 2, 6],
    rows: [
      '.........##...',
      '.......####...',
      '......#####...',
      '.....######...',
      '....#######...',
      '...########...',
      '..#########...',
      '..#########...',
      '...########...',
      '....########..',
      '.....#######..',
      '......######..',
      '......######..',
      '.......#####..',
      '........####..',
      '.........###..',
      '..........##..',
      '..........##..',
    ],
  },
  {
    points: [-5, -5, -6, -3, 8, 9],
    rows: [
      '#.............',
      '##............',
      '###...........',
      '.###..........',
      '..###.........',
      '...###........',
      '....###.......',
      '.....###......',
      '......###.....',
    ],
  },
  {
    points: [-1, 10, -6, 11, 0, 1],
    rows: [
      '............',
      '#...........',
      '............',
      '............',
      '............',
      '............',
      '............',
    ],
  },
];

test.each(CLIPPED)('corners outside of the mask: $points', ({ points, rows }) => {
  const width = rows[0]!.length;
  const data = new Uint8Array(width * rows.length);
  fillPoly({ data, width, height: rows.length }, Int32Array.from(points));
  const drawn = rows.map((_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (v) => (v ? '#' : '.')).join(''),
  );
  expect(drawn).toEqual(rows);
});
