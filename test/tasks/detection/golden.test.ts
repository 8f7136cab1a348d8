import { readFileSync } from 'node:fs';
import { PaddleDetModel, type DetectedObject } from 'fdeploy';

type Box = [number, number, number, number];
interface Golden {
  pictures: Record<
    string,
    { width: number; height: number; boxes: Box[]; scores: number[]; label_ids: number[] }
  >;
}

/** What the references differ from each other by, and a little more. */
const PIXELS = 0.2;
const SCORE = 0.002;
/** Scores this close to the threshold may fall on either side of it. */
const MARGIN = 0.02;

const clip = ([x0, y0, x1, y1]: Box, width: number, height: number): Box => {
  const into = (value: number, size: number) => Math.min(Math.max(value, 0), size);
  return [into(x0, width), into(y0, height), into(x1, width), into(y1, height)];
};

/** Objects of one picture that have no partner: the reference's above the margin, and ours. */
function unmatched(
  objects: readonly DetectedObject[],
  { boxes, scores, label_ids, width, height }: Golden['pictures'][string],
  threshold: number,
) {
  const free = new Set(objects);
  const lost: string[] = [];
  boxes.forEach((box, i) => {
    const wanted = clip(box, width, height);
    const partner = [...free].find(
      (object) =>
        object.id === label_ids[i] &&
        Math.abs(object.score - scores[i]!) <= SCORE &&
        object.box.every((value, side) => Math.abs(value - wanted[side]!) <= PIXELS),
    );
    if (partner) free.delete(partner);
    else if (scores[i]! >= threshold + MARGIN)
      lost.push(`${label_ids[i]!} ${scores[i]!} ${wanted.join(' ')}`);
  });
  return { lost, extra: [...free].filter(({ score }) => score >= threshold + MARGIN) };
}

describe.each([
  ['shapes-det-picodet-onnx', 'shapes-det-picodet', 0.05],
  ['shapes-det-picodet-rawheads-onnx', 'shapes-det-picodet-rawheads', 0.4],
  ['shapes-det-ppyoloe-nonms-onnx', 'shapes-det-ppyoloe-nonms', 0.3],
])('%s against the reference', (directory, name, threshold) => {
  const golden = JSON.parse(readFileSync(`fixtures/golden/${name}.json`, 'utf8')) as Golden;
  let model: Awaited<ReturnType<typeof PaddleDetModel.open>>;
  beforeAll(async () => {
    model = await PaddleDetModel.open(`fixtures/models/${directory}`, { threshold });
  });
  afterAll(() => model.close());

  test.each(Object.keys(golden.pictures))('%s: every object, and none more', async (picture) => {
    const { objects } = await model.predict(`fixtures/pictures/det/${picture}`);
    expect(unmatched(objects, golden.pictures[picture]!, threshold)).toEqual({ lost: [], extra: [] });
    const scores = objects.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});

test('pictures of a batch have the results that they have alone', async () => {
  const files = ['det_000.jpg', 'det_006.png', 'det_022.jpg'].map((name) => `fixtures/pictures/det/${name}`);
  const model = await PaddleDetModel.open('fixtures/models/shapes-det-ppyoloe-nonms-onnx', { batchSize: 3 });
  const together = await model.predictBatch(files);
  const alone = await Promise.all(files.map((file) => model.clone().then((twin) => twin.predict(file))));
  await model.close();
  expect(together).toHaveLength(3);
  together.forEach(({ objects }, i) => {
    expect(objects.map(({ id }) => id)).toEqual(alone[i]!.objects.map(({ id }) => id));
    objects.forEach(({ score, box }, j) => {
      const other = alone[i]!.objects[j]!;
      expect(score).toBeCloseTo(other.score, 4);
      box.forEach((value, side) => {
        expect(value).toBeCloseTo(other.box[side]!, 2);
      });
    });
  });
});

test('the config names the lowest score where the caller does not', async () => {
  const model = await PaddleDetModel.open('fixtures/models/shapes-det-picodet-onnx');
  const { objects } = await model.predict('fixtures/pictures/det/det_002.jpg');
  await model.close();
  expect(objects.length).toBeGreaterThan(0);
  expect(Math.min(...objects.map(({ score }) => score))).toBeGreaterThanOrEqual(0.5);
});
