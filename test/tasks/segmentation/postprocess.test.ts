import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PaddleSegModel, type PictureInput, type SegmentationResult } from 'fdeploy';
import { writeMask } from '#src/artifacts/mask-file.js';
import sharp from 'sharp';
import { constantModel, greyPicture, type GraphOutput } from '../../support/constant-model.js';
import { tempFolder } from '../../support/temp.js';
import { sourceOf } from '../../support/list-feed.js';

const SIZE = '{type: Resize, target_size: [4, 2]}';

interface Setting {
  output: Omit<GraphOutput, 'name'>;
  transforms?: string;
  deploy?: string;
  input?: number[];
  scoreMaps?: boolean;
  batchSize?: number;
}

function modelOf({ output, transforms = SIZE, deploy = '', input = [-1, 3, -1, -1] }: Setting): string {
  const text = `label_list: [sky, sea]\nDeploy:\n  transforms: [${transforms}]\n  ${deploy}\n`;
  const outputs = [{ ...output, name: 'out' }];
  return constantModel({ inputs: [{ name: 'x', dims: input }], outputs }, { file: 'deploy.yaml', text });
}

async function predict(setting: Setting, pictures: PictureInput[]): Promise<SegmentationResult[]> {
  const { scoreMaps = false, batchSize = 1 } = setting;
  const model = await PaddleSegModel.open(modelOf(setting), { scoreMaps, batchSize, shareWeights: false });
  try {
    return await model.predictBatch(pictures);
  } finally {
    await model.close();
  }
}

const labels = (type: 'int32' | 'int64' | 'uint8' | 'float32', ...values: number[]) => ({
  type,
  dims: [1, 2, 4],
  declared: [-1, -1, -1],
  values,
});

test.each(['int32', 'int64', 'uint8', 'float32'] as const)('a label map of %s', async (type) => {
  const [result] = await predict({ output: labels(type, 0, 0, 1, 1, 0, 3, 3, 1) }, [greyPicture(4, 2)]);
  expect(result).toEqual({
    segments: [
      { id: 0, label: 'sky', pixels: 3, share: 0.375 },
      { id: 1, label: 'sea', pixels: 3, share: 0.375 },
      { id: 3, label: null, pixels: 2, share: 0.25 },
    ],
    mask: {
      width: 4,
      height: 2,
      runs: [
        [0, 2],
        [1, 2],
        [0, 1],
        [3, 2],
        [1, 1],
      ],
    },
  });
});

test('a label map of one channel', async () => {
  const output = {
    ...labels('int64', 0, 0, 1, 1, 0, 3, 3, 1),
    dims: [1, 1, 2, 4],
    declared: [-1, 1, -1, -1],
  };
  const [result] = await predict({ output }, [greyPicture(4, 2)]);
  expect(result!.segments).toHaveLength(3);
});

test('ids beyond 255 stay what they are', async () => {
  const [result] = await predict({ output: labels('int32', 300, 300, 0, 0, 0, 0, 0, 256) }, [
    greyPicture(4, 2),
  ]);
  expect(result!.segments.map(({ id }) => id)).toEqual([0, 300, 256]);
});

test('a value that is no id is an error', async () => {
  const result = predict({ output: labels('int32', 0, 0, 0, -1, 0, 0, 0, 0) }, [greyPicture(4, 2)]);
  await expect(result).rejects.toMatchObject({ code: 'RESULT_INVALID' });
});

test('the padding is cut off before the map is resized', async () => {
  // 8 x 2 becomes 4 x 1, padded to 4 x 2: the second row is padding
  const transforms = '{type: ResizeByLong, long_size: 4}, {type: Padding, target_size: [4, 2]}';
  const [result] = await predict({ output: labels('int32', 0, 1, 0, 1, 9, 9, 9, 9), transforms }, [
    greyPicture(8, 2),
  ]);
  expect((result!.mask as { runs: unknown }).runs).toEqual([
    [0, 2],
    [1, 2],
    [0, 2],
    [1, 2],
    [0, 2],
    [1, 2],
    [0, 2],
    [1, 2],
  ]);
});

describe('scores [N, C, H, W]', () => {
  const output = {
    type: 'float32' as const,
    dims: [1, 2, 1, 2],
    declared: [-1, 2, -1, -1],
    // class 0 falls from 1 to 0, class 1 rises from 0 to 3: in between, 1 - t = 3t at a quarter
    values: [1, 0, 0, 3],
  };
  const runs = async (scoreMaps: boolean) => {
    const [result] = await predict({ output, scoreMaps }, [greyPicture(8, 1)]);
    return (result!.mask as { runs: [number, number][] }).runs;
  };

  test('the best class at network size, then nearest', async () => {
    expect(await runs(false)).toEqual([
      [0, 4],
      [1, 4],
    ]);
  });

  test('with score maps the scores are resized first', async () => {
    // pixel i lies at t = (i + 0.5) / 4 - 0.5: 0.125 for i = 2, 0.375 for i = 3
    expect(await runs(true)).toEqual([
      [0, 3],
      [1, 5],
    ]);
  });
});

describe('padding on the right', () => {
  // 2 x 4 becomes 1 x 2, padded to 3 x 2: of each row only the first value is the picture's
  const transforms = '{type: ResizeByLong, long_size: 2}, {type: Padding, target_size: [3, 2]}';

  test('is cut off a label map', async () => {
    const output = {
      type: 'int32' as const,
      dims: [1, 2, 3],
      declared: [-1, -1, -1],
      values: [1, 9, 9, 3, 9, 9],
    };
    const [result] = await predict({ output, transforms }, [greyPicture(2, 4)]);
    expect((result!.mask as { runs: unknown }).runs).toEqual([
      [1, 4],
      [3, 4],
    ]);
  });

  test.each([false, true])('is cut off scores (resized first: %s)', async (scoreMaps) => {
    const output = {
      type: 'float32' as const,
      dims: [1, 2, 2, 3],
      declared: [-1, 2, -1, -1],
      // class 0, then class 1: the best class is 1 in the upper row and 0 in the lower, and turned about in the padding
      values: [
        [0, 9, 9, 1, 0, 0],
        [1, 0, 0, 0, 9, 9],
      ].flat(),
    };
    const [result] = await predict({ output, transforms, scoreMaps }, [greyPicture(2, 4)]);
    expect((result!.mask as { runs: unknown }).runs).toEqual([
      [1, 4],
      [0, 4],
    ]);
  });
});

test('one channel of scores is a matte and is refused', async () => {
  const output = {
    type: 'float32' as const,
    dims: [1, 1, 2, 4],
    declared: [-1, 1, -1, -1],
    values: Array(8).fill(0),
  };
  await expect(predict({ output }, [])).rejects.toThrow('one channel of scores is a matte');
});

describe('exports of fixed size', () => {
  const map = { type: 'int32' as const, dims: [1, 2, 4], values: [0, 1, 2, 3, 0, 1, 2, 3] };

  test('a config without a resize gets one, by the config’s shape or the graph’s', async () => {
    for (const setting of [
      { output: map, transforms: '{type: Normalize}', deploy: 'input_shape: [1, 3, 2, 4]' },
      { output: map, transforms: '{type: Normalize}', input: [-1, 3, 2, 4] },
    ]) {
      const [result] = await predict(setting, [greyPicture(40, 20)]);
      expect(result!.segments.map(({ pixels }) => pixels)).toEqual([200, 200, 200, 200]);
    }
  });

  test('a config that makes another size is refused', async () => {
    const wrong = predict(
      { output: map, transforms: '{type: Resize, target_size: [8, 8]}', input: [-1, 3, 2, 4] },
      [],
    );
    await expect(wrong).rejects.toThrow(/produces pictures of 8 x 8, but .*model\.onnx expects 4 x 2/);
  });

  test.each([
    [4, 8],
    [8, 2],
  ])('a config that makes %i x %i, with one side of the graph’s, is refused too', async (width, height) => {
    const transforms = `{type: Resize, target_size: [${width}, ${height}]}`;
    const wrong = predict({ output: map, transforms, input: [-1, 3, 2, 4] }, []);
    await expect(wrong).rejects.toThrow(`produces pictures of ${width} x ${height}, but`);
  });
});

describe('masks as files', () => {
  const result = (ids: number[]): SegmentationResult => ({
    segments: [...new Set(ids)].map((id) => ({ id, label: null, pixels: 1, share: 1 / ids.length })),
    mask: { width: ids.length, height: 1, runs: ids.map((id) => [id, 1]) },
  });

  test('pixels of the PNG are the class ids, as indexes of a palette', async () => {
    const folder = tempFolder();
    const { mask } = await writeMask(result([0, 1, 255, 7]), sourceOf({ image: '../scans/a.jpg' }), folder);
    const file = join(folder, '__up/scans/a.jpg.png');
    expect(mask).toEqual({ width: 4, height: 1, file });
    const bytes = readFileSync(file);
    // the header's bit depth and colour type: 8-bit indexes
    expect([...bytes.subarray(24, 26)]).toEqual([8, 3]);
    const palette = bytes.subarray(bytes.indexOf('PLTE') + 4);
    const { data } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    [0, 1, 255, 7].forEach((id, i) => {
      expect([...data.subarray(i * 3, i * 3 + 3)]).toEqual([...palette.subarray(id * 3, id * 3 + 3)]);
    });
    expect([...palette.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  test('more than 256 classes are 16-bit grey values', async () => {
    const folder = tempFolder();
    await writeMask(result([0, 300, 65_535]), sourceOf({ image: 'a.png' }), folder);
    const { data } = await sharp(join(folder, 'a.png.png'))
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    expect([...new Uint16Array(Uint8Array.from(data).buffer)]).toEqual([0, 300, 65_535]);
  });
});
