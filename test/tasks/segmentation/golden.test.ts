import { readFileSync } from 'node:fs';
import { PaddleSegModel, type SegmentationResult } from 'fdeploy';
import sharp from 'sharp';

interface Golden {
  pictures: Record<
    string,
    { width: number; height: number; pixels: Record<string, number>; label_map: string }
  >;
}

async function referenceMap(golden: string, file: string): Promise<Uint8Array> {
  const { data } = await sharp(`fixtures/golden/${golden}/${file}`)
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data;
}

function labelsOf({ mask }: SegmentationResult): Uint8Array {
  if ('file' in mask) throw new Error('no runs');
  const labels = new Uint8Array(mask.width * mask.height);
  let at = 0;
  for (const [id, length] of mask.runs) labels.fill(id, at, (at += length));
  expect(at).toBe(labels.length);
  return labels;
}

const agreement = (a: Uint8Array, b: Uint8Array) => a.filter((id, i) => id === b[i]).length / b.length;

describe.each([
  ['shapes-seg-pphumanseg-argmax-onnx', 'shapes-seg-pphumanseg-argmax', false, 1],
  ['shapes-seg-pphumanseg-none-onnx', 'shapes-seg-pphumanseg-argmax', false, 1],
  ['shapes-seg-pphumanseg-none-onnx', 'shapes-seg-pphumanseg-none-scoremap', true, 0.998],
])('%s gives the maps of %s (score maps: %s)', (directory, name, scoreMaps, least) => {
  const golden = JSON.parse(readFileSync(`fixtures/golden/${name}.json`, 'utf8')) as Golden;
  let model: Awaited<ReturnType<typeof PaddleSegModel.open>>;
  beforeAll(async () => {
    model = await PaddleSegModel.open(`fixtures/models/${directory}`, { scoreMaps });
  });
  afterAll(() => model.close());

  test.each(Object.entries(golden.pictures))('%s', async (picture, { width, height, pixels, label_map }) => {
    const result = await model.predict(`fixtures/pictures/seg/${picture}`);
    expect(result.mask).toMatchObject({ width, height });
    expect(agreement(labelsOf(result), await referenceMap(name, label_map))).toBeGreaterThanOrEqual(least);
    const sizes = result.segments.map((segment) => segment.pixels);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.reduce((a, b) => a + b)).toBe(width * height);
    if (least < 1) return;
    expect(Object.fromEntries(result.segments.map((segment) => [segment.id, segment.pixels]))).toEqual(
      pixels,
    );
  });
});

test('an export that gives class ids has no scores to resize', async () => {
  const open = PaddleSegModel.open('fixtures/models/shapes-seg-pphumanseg-argmax-onnx', { scoreMaps: true });
  await expect(open).rejects.toThrow('--score-maps needs an export without argmax');
});
