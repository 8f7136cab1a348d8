import { detectionSize } from '#src/tasks/ocr/detection-size.js';
import { vectorCases } from '../../support/vectors.js';

interface SizeCase {
  width: number;
  height: number;
  limit_side_len: number;
  limit_type: 'min' | 'max';
  paddlex_max_side_4000: [number, number];
}

const [sizes] = vectorCases('ppocr_det_sizes');

test.each(sizes!.output as SizeCase[])(
  '$width x $height with $limit_type $limit_side_len',
  ({ width, height, limit_side_len: side, limit_type: type, paddlex_max_side_4000: expected }) => {
    const size = detectionSize(width, height, { limits: { type, side, maxSide: 4000 } });
    expect([size.width, size.height]).toEqual(expected);
  },
);

describe('padding of long pictures', () => {
  const limits = { type: 'max', side: 960, maxSide: 4000, padBeyond: 8 } as const;

  test('a line of text keeps readable letters where its longest side alone would flatten it', () => {
    const size = detectionSize(1788, 42, { limits });
    expect([size.width, size.height]).toEqual([960, 256]);
    expect(size.contentWidth).toBeGreaterThan(900);
    expect(size.contentHeight).toBeGreaterThan(20);
    expect(size.top).toBe(Math.floor((256 - size.contentHeight) / 2));
  });
  test('a column likewise', () => {
    const size = detectionSize(42, 1788, { limits });
    expect([size.width, size.height]).toEqual([256, 960]);
    expect(size.top).toBe(Math.floor((960 - size.contentHeight) / 2));
    expect(size.left).toBe(Math.floor((256 - size.contentWidth) / 2));
  });
  test('what may be a line gets half of its height on each side', () => {
    const size = detectionSize(544, 96, { limits });
    expect([size.width, size.height]).toEqual([640, 192]);
    expect([size.left, size.top]).toEqual([48, 48]);
    expect([size.contentWidth, size.contentHeight]).toEqual([544, 96]);
  });
  test('a picture of another shape is not padded', () => {
    const size = detectionSize(384, 96, { limits });
    expect([size.width, size.height, size.contentHeight]).toEqual([384, 96, 96]);
  });
});

test('a tiny picture is not enlarged but padded', () => {
  const size = detectionSize(24, 16, { limits: { type: 'max', side: 960, maxSide: 4000, padBeyond: 8 } });
  expect(size).toEqual({ width: 32, height: 32, left: 4, top: 8, contentWidth: 24, contentHeight: 16 });
});

test('for a network that is to see few sizes, sides are filled up and nothing is stretched', () => {
  const size = detectionSize(500, 300, { limits: { type: 'max', side: 960, maxSide: 4000, step: 128 } });
  expect(size).toEqual({ width: 512, height: 384, left: 0, top: 48, contentWidth: 512, contentHeight: 288 });
});

test('a graph of one size gets that size', () => {
  const limits = { type: 'max', side: 960, maxSide: 4000 } as const;
  const size = detectionSize(100, 50, { limits, fixedSize: { width: 640, height: 480 } });
  expect(size).toEqual({ width: 640, height: 480, left: 0, top: 0, contentWidth: 640, contentHeight: 480 });
});
