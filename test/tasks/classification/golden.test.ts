import { readFile } from 'node:fs/promises';
import { openModel } from 'fdeploy';

interface Golden {
  pictures: Record<string, { label_ids: number[]; scores: number[] }>;
}

const golden = JSON.parse(await readFile('fixtures/golden/shapes-cls-pplcnet.json', 'utf8')) as Golden;
const pictures = Object.entries(golden.pictures);

describe('a PaddleClas model against FastDeploy on the same pictures', () => {
  it.each(pictures)('%s: same best class, scores within 1e-4', async (name, { label_ids, scores }) => {
    const model = await openModel('fixtures/models/shapes-cls-pplcnet-onnx');
    const result = await model.predict(`fixtures/pictures/cls/${name}`);
    await model.close();
    if (!('classes' in result)) throw new Error('no classes');
    expect(result.classes.map(({ id }) => id)).toEqual(label_ids);
    result.classes.forEach(({ score }, i) => {
      expect(Math.abs(score - scores[i]!)).toBeLessThan(1e-4);
    });
  });
});
