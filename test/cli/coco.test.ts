import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const DETECTION = path.resolve('fixtures/models/shapes-det-picodet-onnx');
const PICTURES = path.resolve('fixtures/pictures/det');
const folder = tempFolder();

test('-f coco writes the objects that the records hold, all labels of the model, and the pictures that failed', async () => {
  const broken = path.join(folder, 'broken.jpg');
  writeFileSync(broken, 'no picture');
  const out = path.join(folder, 'found.json');
  const args = ['predict', '-m', DETECTION, PICTURES, broken, '-q', '-n', '1'];
  const { code, stderr } = await runCli([...args, '-f', 'coco', '-o', out]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const { stdout } = await runCli([...args, '-f', 'json']);
  const { results } = JSON.parse(stdout) as {
    results: { status: string; image: string; result?: { objects: { id: number; box: number[] }[] } }[];
  };
  const coco = JSON.parse(readFileSync(out, 'utf8')) as {
    annotations: { image_id: number; category_id: number; bbox: [number, number, number, number] }[];
    images: { id: number; file_name: string }[];
    categories: { name: string }[];
    errors: { file_name: string }[];
  };
  const names = new Map(coco.images.map(({ id, file_name }) => [id, file_name]));
  const expected = results.flatMap(({ image, result }) =>
    (result?.objects ?? []).map(({ id, box }) => [image, id, box.map((value) => value.toFixed(3))]),
  );
  expect(expected.length).toBeGreaterThan(0);
  expect(
    coco.annotations
      .map(({ image_id, category_id, bbox: [x, y, width, height] }) => [
        names.get(image_id),
        category_id,
        [x, y, x + width, y + height].map((value) => value.toFixed(3)),
      ])
      .sort(),
  ).toEqual(expected.sort());
  expect(coco.errors).toMatchObject([{ file_name: broken }]);
  expect(coco.categories.length).toBeGreaterThan(1);
  expect((await runCli([...args, '-f', 'coco', '-o', out, '--overwrite'])).code).toBe(1);
});

test('-f coco with another task, or with --resume, is one sentence', async () => {
  const out = path.join(folder, 'classes.json');
  const args = ['predict', '-m', SHAPES_MODEL, SHAPES_PICTURES, '-f', 'coco', '-o', out];
  expect(await runCli(args)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /--format coco is for detection; .* is a model for classification\n$/,
    ) as string,
  });
  expect(await runCli([...args, '--resume'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('an output of format coco cannot be resumed') as string,
  });
});
