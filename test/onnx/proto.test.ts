import { readFileSync } from 'node:fs';
import {
  ATTRIBUTE_TYPE,
  decodeMessage,
  decodeModel,
  encodeMessage,
  encodeModel,
  type OnnxModel,
} from '#src/onnx/proto.js';
import { OCR_MODELS } from '../support/ocr-models.js';

function modelWithInts(ints: (number | bigint)[]): OnnxModel {
  const attribute = [{ name: 'ends', type: ATTRIBUTE_TYPE.ints, ints }];
  const node = [{ opType: 'Slice', input: ['x', ''], output: ['y'], attribute }];
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 14 }],
    graph: { name: 'g', node, input: [], output: [] },
  };
}

describe('ONNX files of other writers', () => {
  test.each(Object.entries(OCR_MODELS))('%s comes out byte for byte as it went in', (_, file) => {
    const bytes = readFileSync(file);
    expect(Buffer.from(encodeModel(decodeModel(bytes))).equals(bytes)).toBe(true);
    expect(Buffer.from(encodeMessage(decodeMessage(bytes))).equals(bytes)).toBe(true);
  });

  test('weights are views into the file, no copies', () => {
    const bytes = new Uint8Array(readFileSync(OCR_MODELS.rec));
    const tensors = decodeModel(bytes).graph.initializer ?? [];
    const weights = [...tensors, ...constants(decodeModel(bytes))].filter(({ rawData }) => rawData);
    expect(weights.length).toBeGreaterThan(0);
    for (const { rawData } of weights) expect(rawData!.buffer).toBe(bytes.buffer);
  });
});

function constants({ graph }: OnnxModel) {
  return graph.node.flatMap(({ attribute = [] }) => attribute.flatMap(({ t }) => (t ? [t] : [])));
}

describe('fields', () => {
  test('a zero that is set is written, an empty input name too', () => {
    const { node } = decodeModel(encodeModel(modelWithInts([0]))).graph;
    expect(node[0]!.input).toEqual(['x', '']);
    expect(node[0]!.attribute![0]!.ints).toEqual([0]);
  });

  test('integers beyond 2^53 are written exactly, 2^63 as the largest there is', () => {
    const largest = 2n ** 63n - 1n;
    const bytes = encodeModel(modelWithInts([largest, 2 ** 63, -(2n ** 63n), 2n ** 53n + 1n]));
    const varint = (value: bigint): string => {
      let rest = BigInt.asUintN(64, value);
      const out: number[] = [];
      for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) + 128);
      return Buffer.from([...out, Number(rest)]).toString('hex');
    };
    // Field 8 (ints), not packed: a tag of 0x40 before each.
    const wanted = [largest, largest, -(2n ** 63n), 2n ** 53n + 1n]
      .map((value) => `40${varint(value)}`)
      .join('');
    expect(Buffer.from(bytes).toString('hex')).toContain(wanted);
  });
});
