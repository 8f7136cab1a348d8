import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from 'fdeploy';
import { constantModel, greyPicture, type GraphOutput } from '../../support/constant-model.js';

/** A network of fixed scores behind a config of the older form, without sections in PostProcess. */
function exported(scores: number[], post: string): string {
  const text = [
    'PreProcess:',
    '  transform_ops: [{ResizeImage: {size: 8}}, {NormalizeImage: {}}, {ToCHWImage: null}]',
    `PostProcess: ${post}`,
  ].join('\n');
  const output: GraphOutput = {
    name: 'scores',
    type: 'float32',
    dims: [1, scores.length],
    values: scores,
  };
  const graph = { inputs: [{ name: 'x', dims: [-1, 3, 8, 8] }], outputs: [output] };
  const folder = constantModel(graph, { file: 'inference_cls.yaml', text });
  writeFileSync(join(folder, 'names.txt'), 'cat\ndog\nhorse and cart\n');
  return folder;
}

/** Opened without `task`: the config has to tell it. */
async function classesOf(scores: number[], post: string, options = {}) {
  const model = await openModel(exported(scores, post), { shareWeights: false, ...options });
  try {
    const result = await model.predict(greyPicture(9, 9));
    if (!('classes' in result)) throw new Error('no classes');
    return result.classes.map(({ id, label, score }) => [id, label, score]);
  } finally {
    await model.close();
  }
}

describe('a PaddleClas config whose PostProcess has a name and no sections', () => {
  const scores = [0.25, 0.625, 0.125];

  test('Topk', async () => {
    const post = '{name: Topk, topk: 5, class_id_map_file: ../ppcls/utils/names.txt}';
    expect(await classesOf(scores, post, { topk: 2 })).toEqual([
      [1, 'dog', 0.625],
      [0, 'cat', 0.25],
    ]);
  });

  test('MultiLabelThreshOutput', async () => {
    const post = '{name: MultiLabelThreshOutput, threshold: 0.2, class_id_map_file: names.txt}';
    expect(await classesOf(scores, post)).toEqual([
      [1, 'dog', 0.625],
      [0, 'cat', 0.25],
    ]);
    const each = '{name: MultiLabelThreshOutput, threshold: [0.5, 0.7, 0.1], label_list: [a, b, c]}';
    expect(await classesOf(scores, each)).toEqual([[2, 'c', 0.125]]);
  });

  test('ThreshOutput, of two classes and of more', async () => {
    const two = '{name: ThreshOutput, threshold: 0.75, label_0: nobody, label_1: someone}';
    expect(await classesOf([0.375, 0.625], two)).toEqual([[0, 'nobody', 0.375]]);
    expect(await classesOf([0.125, 0.875], two)).toEqual([[1, 'someone', 0.875]]);
    const more =
      '{name: ThreshOutput, threshold: 0.75, default_label_index: 2, class_id_map_file: names.txt}';
    expect(await classesOf(scores, more)).toEqual([[2, 'horse and cart', 0.125]]);
  });

  test('another name is no classification, and an error that lists the names with --task', async () => {
    const post = '{name: VehicleAttribute, threshold: 0.5}';
    await expect(classesOf(scores, post)).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    await expect(classesOf(scores, post, { task: 'classification' })).rejects.toMatchObject({
      code: 'OPERATOR_UNSUPPORTED',
      message: expect.stringMatching(
        /postprocessor VehicleAttribute .* Topk, ThreshOutput, MultiLabelThreshOutput/,
      ) as string,
    });
  });
});
