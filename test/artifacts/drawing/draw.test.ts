import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { drawResult } from '#src/artifacts/drawing/draw.js';
import { classColour } from '#src/ops/palette.js';
import type { Picture } from '#src/contracts/picture.js';
import { RESULTS, okRecords, pictureOf } from '../../support/result-records.js';

interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

const plain = (width: number, height: number, grey: number): Picture => ({
  data: new Uint8Array(width * height * 3).fill(grey),
  width,
  height,
  channels: 3,
  order: 'rgb',
});

async function pixels(png: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { data, width: info.width, height: info.height };
}

const at = ({ data, width }: Pixels, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** Parts of the picture, each 0 to 1, where a pixel of `colour` is found. */
function spots(image: Pixels, colour: readonly number[], area = [0, 0, 1, 1], tolerance = 3): number {
  const [x0, y0, x1, y1] = area as [number, number, number, number];
  let found = 0;
  for (let y = Math.floor(y0 * image.height); y < y1 * image.height; y++)
    for (let x = Math.floor(x0 * image.width); x < x1 * image.width; x++)
      if (at(image, x, y).every((value, channel) => Math.abs(value - colour[channel]!) <= tolerance)) found++;
  return found;
}

describe('detection', () => {
  const objects = [
    {
      id: 4,
      label: '<script>"&',
      score: 0.91,
      box: [100, 200, 300, 400] as [number, number, number, number],
    },
    { id: 2, label: null, score: 0.5, box: [500, 100, 620, 190] as [number, number, number, number] },
  ];

  it.each([0, 128, 255])('draws boxes where they are on grey %d, and nothing elsewhere', async (grey) => {
    const image = await pixels(await drawResult(plain(640, 480, grey), 'detection', { objects }));
    expect([image.width, image.height]).toEqual([640, 480]);
    expect(at(image, 100, 300)).toEqual([...classColour(4)]);
    expect(at(image, 200, 400)).toEqual([...classColour(4)]);
    expect(at(image, 500, 150)).toEqual([...classColour(2)]);
    for (const [x, y] of [
      [20, 20],
      [200, 300],
      [400, 300],
      [560, 150],
    ] as const)
      expect(at(image, x, y)).toEqual([grey, grey, grey]);
    // The label's ground above the box, with dark letters on it.
    expect(spots(image, classColour(4), [100 / 640, 180 / 480, 200 / 640, 198 / 480])).toBeGreaterThan(200);
    expect(spots(image, [0, 0, 0], [102 / 640, 184 / 480, 200 / 640, 196 / 480])).toBeGreaterThan(
      grey === 0 ? 0 : 20,
    );
  });

  it('keeps labels inside the picture and off each other', async () => {
    const many = Array.from({ length: 4 }, (_, id) => ({
      id,
      label: 'an object with a long name',
      score: 0.9,
      box: [330 + id, 2, 478, 100 + id] as [number, number, number, number],
    }));
    const image = await pixels(await drawResult(plain(480, 320, 255), 'detection', { objects: many }));
    for (const { id } of many) expect(spots(image, classColour(id))).toBeGreaterThan(1500);
  });

  it('paints the masks of objects', async () => {
    const mask = { width: 480, height: 320, runs: [480 * 100 + 100, 100, 380, 100, 480 * 218 + 280] };
    const object = { ...objects[0]!, box: [100, 100, 200, 102] as [number, number, number, number], mask };
    const image = await pixels(await drawResult(plain(480, 320, 255), 'detection', { objects: [object] }));
    expect(at(image, 150, 101)).not.toEqual([255, 255, 255]);
    expect(at(image, 150, 150)).toEqual([255, 255, 255]);
  });

  it('draws on blue-green-red pixels and enlarges what is small', async () => {
    const picture = plain(50, 40, 0);
    for (let i = 0; i < picture.data.length; i += 3) picture.data[i] = 200;
    const image = await pixels(await drawResult({ ...picture, order: 'bgr' }, 'detection', { objects: [] }));
    expect([image.width, image.height]).toEqual([500, 400]);
    expect(at(image, 250, 200)).toEqual([0, 0, 200]);
  });
});

it('makes a very large picture smaller', async () => {
  const image = await pixels(await drawResult(plain(8192, 600, 9), 'classification', { classes: [] }));
  expect([image.width, image.height]).toEqual([4096, 300]);
});

it('segmentation: paints every class but the background, with a legend below', async () => {
  for (const record of okRecords('segmentation')) {
    const picture = await pictureOf(record);
    const image = await pixels(await drawResult(picture, record.task, record.result));
    const factor = image.width / picture.width;
    expect(Number.isInteger(factor)).toBe(true);
    expect(image.height).toBeGreaterThan(picture.height * factor + 30);
    const mask = record.result.mask;
    if ('file' in mask) throw new Error('the fixture holds runs');
    const top = picture.height * factor;
    let pixel = 0;
    const painted = new Map<number, boolean[]>();
    for (const [id, length] of mask.runs) {
      const middle = pixel + (length >> 1);
      const x = Math.floor(((middle % mask.width) + 0.5) * factor);
      const y = Math.floor((Math.floor(middle / mask.width) + 0.5) * factor);
      const source = picture.data.subarray(middle * 3, middle * 3 + 3);
      const changed = at(image, x, y).some((value, channel) => Math.abs(value - source[channel]!) > 6);
      painted.set(id, [...(painted.get(id) ?? []), changed]);
      pixel += length;
    }
    for (const { id, label } of record.result.segments) {
      const marks = painted.get(id)!;
      const share = marks.filter(Boolean).length / marks.length;
      expect(label === 'background' ? share : 1 - share).toBeLessThan(0.1);
      if (label !== 'background')
        expect(spots(image, classColour(id), [0, top / image.height, 1, 1])).toBeGreaterThan(20);
    }
  }
});

it('refuses a mask that is a file already', async () => {
  const result = { segments: [], mask: { width: 10, height: 10, file: 'a.png' } };
  await expect(drawResult(plain(10, 10, 0), 'segmentation', result)).rejects.toMatchObject({
    code: 'INTERNAL',
  });
});

it('classification: a panel in the corner with a swatch a class', async () => {
  for (const record of okRecords('classification')) {
    const picture = await pictureOf(record);
    const image = await pixels(await drawResult(picture, record.task, record.result));
    for (const { id } of record.result.classes)
      expect(spots(image, classColour(id), [0, 0, 0.4, 0.5])).toBeGreaterThan(30);
    const factor = image.width / picture.width;
    const corner = [picture.width - 1, picture.height - 1] as const;
    const source = picture.data.subarray(picture.data.length - 3);
    expect(at(image, Math.floor((corner[0] + 0.5) * factor), Math.floor((corner[1] + 0.5) * factor))).toEqual(
      [...source],
    );
  }
});

it('ocr: polygons on the picture, texts at the same places beside it', async () => {
  for (const record of okRecords('ocr')) {
    const picture = await pictureOf(record);
    const image = await pixels(await drawResult(picture, record.task, record.result));
    const factor = image.height / picture.height;
    expect(image.width).toBe(2 * Math.round(picture.width * factor));
    for (const [index, { quad }] of record.result.lines.entries()) {
      const [a, b] = [quad![0], quad![1]].map(([x, y]) => [x * factor, y * factor]) as [number[], number[]];
      const middle = [(a[0]! + b[0]!) / 2, (a[1]! + b[1]!) / 2] as const;
      const near = [middle[0] - 4, middle[1] - 4, middle[0] + 4, middle[1] + 4].map(
        (value, side) => value / (side % 2 === 0 ? image.width : image.height),
      );
      expect(spots(image, classColour(index), near, 60)).toBeGreaterThan(0);
    }
    expect(spots(image, [20, 23, 28], [0.5, 0, 1, 1])).toBeGreaterThan(200);
  }
});

it('needs no font and no font configuration on the machine', async () => {
  const script = `import { drawResult } from '#src/artifacts/drawing/draw.js';
    const picture = { data: new Uint8Array(480 * 320 * 3), width: 480, height: 320, channels: 3, order: 'rgb' };
    const png = await drawResult(picture, 'classification', { classes: [{ id: 1, label: 'Katze', score: 0.5 }] });
    process.stdout.write(png.toString('base64'));`;
  const draw = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: `${RESULTS}../..`,
      env: { ...process.env, ...env },
      maxBuffer: 1 << 26,
    });
  const none = '/nonexistent';
  const without = await draw({
    FONTCONFIG_FILE: none,
    FONTCONFIG_PATH: none,
    HOME: none,
    XDG_DATA_HOME: none,
  });
  expect(without.stderr).toBe('');
  expect(without.stdout).toBe((await draw({})).stdout);
  await expect(draw({ FDEPLOY_FONT: `${RESULTS}records.jsonl` })).rejects.toThrow(/ARTIFACT_FAILED/);
  await expect(draw({ FDEPLOY_FONT: '/dev/zero' })).rejects.toThrow(/"\/dev\/zero", is a device, not a file/);
});
