import type { TensorType } from '#src/contracts/tensor.js';
import { outputForm, requireOutputForm, type OutputShape } from '#src/tasks/detection/outputs.js';

const of = (name: string, type: TensorType, ...dims: number[]): OutputShape => ({ name, type, dims });
const f32 = (name: string, ...dims: number[]) => of(name, 'float32', ...dims);
const i32 = (name: string, ...dims: number[]) => of(name, 'int32', ...dims);

describe('the form of a graph’s outputs is found from names, types and shapes', () => {
  test('rows with and without a count and masks, in any order', () => {
    expect(outputForm([f32('a', -1, 6), i32('b', 1)], 80)).toEqual({ kind: 'rows', rows: 'a', count: 'b' });
    expect(outputForm([i32('b', -1), f32('a', -1, 6)], 80)).toEqual({ kind: 'rows', rows: 'a', count: 'b' });
    expect(outputForm([f32('a', -1, 6)], 80)).toEqual({ kind: 'rows', rows: 'a' });
    expect(outputForm([f32('a', -1, 6), i32('b', -1), i32('c', -1, -1, -1)], 80)).toEqual({
      kind: 'rows',
      rows: 'a',
      count: 'b',
      masks: 'c',
    });
    expect(outputForm([f32('a', -1, 6), i32('b', 1), f32('c', -1, 28, 28)], 80)).toMatchObject({
      masks: 'c',
    });
  });

  test('rows of a fixed number a picture; with two classes and no count they are boxes and scores', () => {
    expect(outputForm([f32('a', 1, 100, 6), i32('b', 1, 1)], 2)).toMatchObject({ kind: 'rows', count: 'b' });
    expect(outputForm([f32('a', 1, 100, 6)], 80)).toMatchObject({ kind: 'rows' });
    expect(outputForm([f32('a', 1, 100, 6)], 2)).toEqual({ kind: 'joined', joined: 'a' });
  });

  test('boxes and scores, whichever comes first and however the scores lie', () => {
    const boxes = f32('boxes', -1, 8400, 4);
    const candidates = { kind: 'candidates', boxes: 'boxes', scores: 'scores' };
    expect(outputForm([boxes, f32('scores', -1, 80, 8400)], 80)).toEqual({ ...candidates, boxFirst: false });
    expect(outputForm([f32('scores', -1, 80, 8400), boxes], 80)).toEqual({ ...candidates, boxFirst: false });
    expect(outputForm([boxes, f32('scores', -1, 8400, 80)], 80)).toEqual({ ...candidates, boxFirst: true });
  });

  test('four classes do not make the scores boxes', () => {
    expect(outputForm([f32('scores', 1, 4, 756), f32('boxes', 1, 756, 4)], 4)).toMatchObject({
      boxes: 'boxes',
      scores: 'scores',
    });
  });

  const levels = [
    { scores: 's0', distances: 'd0' },
    { scores: 's1', distances: 'd1' },
  ];
  test.each([
    [
      'scores first',
      [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d0', 1, 320, 32), f32('d1', 1, 80, 32)],
      5,
    ],
    [
      'level by level',
      [f32('s0', 1, 320, 5), f32('d0', 1, 320, 32), f32('s1', 1, 80, 5), f32('d1', 1, 80, 32)],
      5,
    ],
    [
      'distances first',
      [f32('d0', 1, 320, 32), f32('d1', 1, 80, 32), f32('s0', 1, 320, 5), f32('s1', 1, 80, 5)],
      5,
    ],
    [
      '80 classes',
      [f32('d0', 1, 320, 32), f32('d1', 1, 80, 32), f32('s0', 1, 320, 80), f32('s1', 1, 80, 80)],
      80,
    ],
    [
      'as wide as the distances',
      [f32('s0', 1, 320, 32), f32('s1', 1, 80, 32), f32('d0', 1, 320, 32), f32('d1', 1, 80, 32)],
      32,
    ],
    [
      'another reg_max',
      [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d0', 1, 320, 68), f32('d1', 1, 80, 68)],
      5,
    ],
    [
      'no labels',
      [f32('s0', 1, 320, 80), f32('s1', 1, 80, 80), f32('d0', 1, 320, 32), f32('d1', 1, 80, 32)],
      0,
    ],
  ])('PicoDet’s heads: %s', (_, outputs, classes) => {
    expect(outputForm(outputs, classes)).toEqual({ kind: 'heads', levels });
  });

  test('PicoDet’s heads whose distances come in another order than the scores', () => {
    const outputs = [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d1', 1, 80, 32), f32('d0', 1, 320, 32)];
    expect(outputForm(outputs, 5)).toEqual({ kind: 'heads', levels });
  });

  test('six classes box by box do not make the scores rows', () => {
    const boxes = f32('boxes', 1, 756, 4);
    const scores = f32('scores', 1, 756, 6);
    const form = { kind: 'candidates', boxes: 'boxes', scores: 'scores', boxFirst: true };
    expect(outputForm([boxes, scores], 6)).toEqual(form);
    expect(outputForm([scores, boxes], 6)).toEqual(form);
  });

  test('SOLOv2’s masks, classes and scores', () => {
    const masks = of('m', 'uint8', -1, -1, -1);
    const form = { kind: 'instances', masks: 'm', labels: 'l', scores: 's', count: 'n' };
    expect(outputForm([masks, i32('n', 1), of('l', 'int64', -1), f32('s', -1)], 80)).toEqual(form);
    expect(outputForm([of('l', 'int64', -1), i32('n', 1), f32('s', -1), masks], 80)).toEqual(form);
  });

  test('boxes and scores in one, of many classes and of one', () => {
    expect(outputForm([f32('a', 1, 8400, 84)], 80)).toEqual({ kind: 'joined', joined: 'a' });
    expect(outputForm([f32('a', 1, 8400, 5)], 1)).toEqual({ kind: 'joined', joined: 'a' });
  });
});

describe('what cannot be read is refused by name, with the reason', () => {
  const refused = (outputs: OutputShape[]) => () => requireOutputForm(outputs, 15, 'm.onnx', 'YOLO');

  test.each([
    [[f32('boxes', -1, 756, 8), f32('scores', -1, 15, 756)]],
    [[f32('rows', -1, 10), i32('count', 1)]],
  ])('rotated boxes', (outputs) => {
    expect(refused(outputs)).toThrow(/m\.onnx \(arch YOLO\) is not supported: it gives rotated boxes/);
  });

  test('outputs of no detector', () => {
    expect(refused([f32('heatmap', 1, 17, 64, 48)])).toThrow(
      /not those of an object detector \(heatmap float32/,
    );
  });

  test('boxes whose number is not that of the scores', () => {
    expect(refused([f32('boxes', 1, 756, 4), f32('scores', 1, 80, 700)])).toThrow(
      /not those of an object detector \(boxes float32/,
    );
    const levels = [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d0', 1, 320, 32), f32('d1', 1, 20, 32)];
    expect(refused(levels)).toThrow(/not those of an object detector \(s0 float32/);
  });

  test.each([
    [
      'edges that four cannot share',
      [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d0', 1, 320, 7), f32('d1', 1, 80, 7)],
    ],
    [
      'edges of one bin',
      [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d0', 1, 320, 4), f32('d1', 1, 80, 4)],
    ],
    [
      'a level without distances',
      [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('s2', 1, 20, 5), f32('d0', 1, 320, 32)],
    ],
    ['an odd number', [f32('s0', 1, 320, 5), f32('s1', 1, 80, 5), f32('d0', 1, 320, 32)]],
    [
      'three widths',
      [f32('s0', 1, 320, 5), f32('s1', 1, 80, 7), f32('d0', 1, 320, 32), f32('d1', 1, 80, 32)],
    ],
  ])('heads with %s', (_, outputs) => {
    expect(refused(outputs)).toThrow(/not those of an object detector/);
  });

  test('the error lists the outputs and what is read', () => {
    expect(refused([f32('heat', 1, 17, 64, 48), i32('n', 1)])).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        file: 'm.onnx',
        message:
          'm.onnx (arch YOLO) is not supported: its outputs are not those of an object detector (heat float32 [1, 17, 64, 48]; n int32 [1])',
        expected: 'rows [N, 6], boxes with scores, PicoDet heads or SOLOv2 masks',
        found: 'heat float32 [1, 17, 64, 48]; n int32 [1]',
      }) as Error,
    );
  });

  test('boxes without scores', () => {
    expect(refused([f32('boxes', 1, 756, 4)])).toThrow(/not those of an object detector/);
  });

  test('a shape that is not declared is left to the first result', () => {
    expect(requireOutputForm([f32('a', -1, -1), i32('b', -1)], 15, 'm.onnx', '')).toBeUndefined();
  });
});
