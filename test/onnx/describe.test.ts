import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeOnnx } from '#src/onnx/describe.js';
import { DATA_TYPE } from '#src/onnx/proto.js';
import { bytesOf, floatTensor, matmulModel, noise, valueInfo } from '../support/networks.js';
import { OCR_MODELS } from '../support/ocr-models.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'describe-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function failureOf(file: string): unknown {
  try {
    return describeOnnx(file);
  } catch (error) {
    return error;
  }
}

test('inputs, outputs and opset of a PP-OCRv4 network', () => {
  const { inputs, outputs, opsets } = describeOnnx(OCR_MODELS.rec);
  expect(inputs).toEqual([{ name: 'x', type: 'float32', dims: [-1, 3, 48, -1] }]);
  expect(outputs).toEqual([{ name: 'softmax_11.tmp_0', type: 'float32', dims: [-1, -1, 6625] }]);
  expect(opsets).toEqual({ '': 9 });
});

test('weights that are listed among the inputs are none; metadata and files of weights are told', () => {
  const model = matmulModel([4, 3]);
  model.graph.input.push(valueInfo('w0', [4, 3]));
  const outside = { ...floatTensor('w9', [2], noise(2)), dataLocation: 1 as const };
  model.graph.initializer!.push({ ...outside, externalData: [{ key: 'location', value: 'weights.bin' }] });
  const found = describeOnnx(write('listed.onnx', bytesOf(model)));
  expect(found.inputs.map(({ name }) => name)).toEqual(['x']);
  expect(found.metadata).toEqual({ 'made-by': 'a test' });
  expect(found.externalFiles).toEqual(['weights.bin']);
});

test('a dimension of no size is free', () => {
  const model = matmulModel([4, 3]);
  model.graph.input = [
    {
      name: 'x',
      type: {
        tensorType: { elemType: DATA_TYPE.float32, shape: { dim: [{ dimValue: 0 }, {}, { dimParam: 'n' }] } },
      },
    },
  ];
  expect(describeOnnx(write('free.onnx', bytesOf(model))).inputs[0]!.dims).toEqual([-1, -1, -1]);
});

describe('what is no model is named in one sentence', () => {
  const whole = readFileSync(OCR_MODELS.cls);
  test.each([
    ['an empty file', '', 'MODEL_INVALID', /bad\.onnx is empty/],
    ['a truncated file', whole.subarray(0, 100_000), 'MODEL_INVALID', /bad\.onnx is truncated.*100000 bytes/],
    ['a file cut in a tag', whole.subarray(0, whole.length - 1), 'MODEL_INVALID', /bad\.onnx is truncated/],
    ['JSON', '{"base_code": 1}', 'MODEL_INVALID', /bad\.onnx is not an ONNX model/],
    [
      'a picture',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'MODEL_INVALID',
      /bad\.onnx is not an ONNX model/,
    ],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
      'LFS_POINTER',
      /bad\.onnx is a Git LFS pointer/,
    ],
  ])('%s', (_, bytes, code, message) => {
    const file = write('bad.onnx', bytes);
    expect(failureOf(file)).toMatchObject({
      code,
      file,
      message: expect.stringMatching(message) as string,
    });
  });

  test('an input of strings', () => {
    const model = matmulModel([4, 3]);
    model.graph.input = [{ name: 'x', type: { tensorType: { elemType: DATA_TYPE.string } } }];
    const file = write('strings.onnx', bytesOf(model));
    expect(failureOf(file)).toMatchObject({ code: 'MODEL_UNSUPPORTED', found: 'string' });
  });
});
