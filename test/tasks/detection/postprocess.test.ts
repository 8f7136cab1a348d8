import { PaddleDetModel, type DetectedObject, type PictureInput } from 'fdeploy';
import {
  constantModel,
  greyPicture,
  rowCounts as count,
  type GraphOutput,
} from '../../support/constant-model.js';

const IMAGE = { name: 'image', dims: [-1, 3, -1, -1] };
const SCALE = { name: 'scale_factor', dims: [-1, 2] };
const SHAPE = { name: 'im_shape', dims: [-1, 2] };
const RESIZE_32 = '{type: Resize, target_size: [32, 32], keep_ratio: false, interp: 1}';

interface Setting {
  inputs?: { name: string; dims: number[] }[];
  outputs: GraphOutput[];
  preprocess?: string;
  config?: string;
  arch?: string;
  threshold?: number;
  batchSize?: number;
}

async function predict(setting: Setting, pictures: PictureInput[]): Promise<DetectedObject[][]> {
  const {
    inputs = [IMAGE],
    outputs,
    preprocess = RESIZE_32,
    config = '',
    arch = 'ANY',
    threshold = 0.3,
    batchSize = 1,
  } = setting;
  const text = `arch: ${arch}\nlabel_list: [cat, dog]\nPreprocess: [${preprocess}, {type: Permute}]\n${config}\n`;
  const folder = constantModel({ inputs, outputs }, { file: 'infer_cfg.yml', text });
  const model = await PaddleDetModel.open(folder, { threshold, batchSize, shareWeights: false });
  try {
    return (await model.predictBatch(pictures)).map(({ objects }) => objects);
  } finally {
    await model.close();
  }
}

const rows = (values: number[], declared = [-1, 6]): GraphOutput => ({
  name: 'boxes',
  type: 'float32',
  dims: [values.length / 6, 6],
  declared,
  values,
});

describe('rows [N, 6]', () => {
  const values = [
    [0, 0.5, 1, 2, 11, 12],
    [1, 0.75, -3, -2, 70, 20],
    [-1, 0, 0, 0, 0, 0],
    [0, 0.25, 1, 2, 3, 4],
    [1, 0.875, 50, 5, 90, 9],
  ].flat();

  test('best first, clipped to the picture, without fillers, low scores and what lies outside', async () => {
    const [objects] = await predict({ inputs: [SHAPE, IMAGE, SCALE], outputs: [rows(values), count(5)] }, [
      greyPicture(40, 30),
    ]);
    expect(objects).toEqual([
      { id: 1, label: 'dog', score: 0.75, box: [0, 0, 40, 20] },
      { id: 0, label: 'cat', score: 0.5, box: [1, 2, 11, 12] },
    ]);
  });

  test('a score of exactly the threshold is kept', async () => {
    const [objects] = await predict({ outputs: [rows(values)], threshold: 0.75 }, [greyPicture(40, 30)]);
    expect(objects!.map(({ score }) => score)).toEqual([0.75]);
  });

  test('without a count (SSD) all rows are the picture’s', async () => {
    const [objects] = await predict({ outputs: [rows(values)] }, [greyPicture(100, 30)]);
    expect(objects!.map(({ score }) => score)).toEqual([0.875, 0.75, 0.5]);
  });

  test('the fake row that RCNN exports give for an empty picture is no object', async () => {
    const [objects] = await predict({ outputs: [rows([0, 0, 0, 0, 1, 1]), count(1)], threshold: 0 }, [
      greyPicture(9, 9),
    ]);
    expect(objects).toEqual([]);
  });

  test('the single -1 that exports before 2.0 give for an empty picture is none either', async () => {
    const single: GraphOutput = {
      name: 'boxes',
      type: 'float32',
      dims: [1, 1],
      declared: [-1, 6],
      values: [-1],
    };
    await expect(predict({ outputs: [single] }, [greyPicture(9, 9)])).resolves.toEqual([[]]);
  });

  test('a batch’s rows are shared out by the count', async () => {
    const result = await predict({ outputs: [rows(values), count(2, 3)], batchSize: 2 }, [
      greyPicture(100, 30),
      greyPicture(100, 30),
    ]);
    expect(result.map((objects) => objects.map(({ score }) => score))).toEqual([[0.75, 0.5], [0.875]]);
  });

  test('without a count there is no batch', async () => {
    const batch = predict({ outputs: [rows(values)], batchSize: 2 }, []);
    await expect(batch).rejects.toThrow('does not output the number of objects per picture');
  });

  test('a class past the label list is an error, not a wrong name', async () => {
    const result = predict({ outputs: [rows([2, 0.9, 0, 0, 5, 5]), count(1)] }, [greyPicture(9, 9)]);
    await expect(result).rejects.toMatchObject({ code: 'RESULT_INVALID', found: '2' });
  });

  test('SSD before PaddleDetection 2.0 gives parts of the picture’s width and height', async () => {
    const [objects] = await predict(
      {
        arch: 'SSD',
        outputs: [rows([1, 0.9, 0.25, 0.5, 0.75, 1])],
        preprocess: '{type: Resize, target_size: 32, max_size: 0, interp: 1}',
        config: 'mode: fluid',
      },
      [greyPicture(40, 20)],
    );
    expect(objects![0]!.box).toEqual([10, 10, 30, 20]);
  });
});

describe('masks', () => {
  const box = [1, 0.9, 1, 1, 3, 3];

  test('at the picture’s size', async () => {
    const masks: GraphOutput = {
      name: 'masks',
      type: 'int32',
      dims: [1, 3, 4],
      declared: [-1, -1, -1],
      values: [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0],
    };
    const [objects] = await predict({ outputs: [rows(box), count(1), masks] }, [greyPicture(4, 3)]);
    expect(objects![0]!.mask).toEqual({ width: 4, height: 3, runs: [5, 2, 2, 2, 1] });
  });

  test('small ones are laid over their boxes', async () => {
    const masks: GraphOutput = {
      name: 'masks',
      type: 'float32',
      dims: [1, 2, 2],
      declared: [-1, 2, 2],
      values: [0.9, 0.1, 0.9, 0.1],
    };
    const [objects] = await predict({ outputs: [rows([1, 0.9, 2, 2, 6, 4]), count(1), masks] }, [
      greyPicture(8, 6),
    ]);
    // the left half of the box, rows 2 and 3; grid_sample halves the value at the box's edge
    expect(objects![0]!.mask).toEqual({ width: 8, height: 6, runs: [18, 2, 6, 2, 20] });
  });

  test('SOLOv2: the box is the smallest that holds the mask; one picture at a time', async () => {
    const outputs: GraphOutput[] = [
      {
        name: 'segm',
        type: 'uint8',
        dims: [2, 3, 4],
        declared: [-1, -1, -1],
        values: [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      },
      count(2),
      { name: 'label', type: 'int64', dims: [2], declared: [-1], values: [1, 0] },
      { name: 'score', type: 'float32', dims: [2], declared: [-1], values: [0.5, 0.2] },
    ];
    const [objects] = await predict({ outputs }, [greyPicture(4, 3)]);
    expect(objects).toEqual([
      {
        id: 1,
        label: 'dog',
        score: 0.5,
        box: [1, 1, 3, 3],
        mask: { width: 4, height: 3, runs: [5, 2, 3, 1, 1] },
      },
    ]);
    await expect(predict({ outputs, batchSize: 2 }, [])).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });
});

describe('exports without suppression', () => {
  const boxes: GraphOutput = {
    name: 'boxes',
    type: 'float32',
    dims: [1, 3, 4],
    declared: [-1, 3, 4],
    values: [4, 4, 20, 20, 4, 4, 20, 21, 8, 8, 28, 24],
  };
  const scores: GraphOutput = {
    name: 'scores',
    type: 'float32',
    dims: [1, 2, 3],
    declared: [-1, 2, 3],
    values: [0.9, 0.8, 0.1, 0.1, 0.2, 0.7],
  };

  test('boxes of the network’s input are brought to the picture', async () => {
    const [objects] = await predict({ outputs: [boxes, scores] }, [greyPicture(64, 16)]);
    expect(objects!.map(({ id, box }) => [id, ...box])).toEqual([
      [0, 8, 2, 40, 10],
      [1, 16, 4, 56, 12],
    ]);
  });

  test('a graph that takes scale_factor has divided by it', async () => {
    const [objects] = await predict({ inputs: [IMAGE, SCALE], outputs: [boxes, scores] }, [
      greyPicture(64, 32),
    ]);
    expect(objects![0]!.box).toEqual([4, 4, 20, 20]);
  });

  test('the bands of a letter box are taken off', async () => {
    const preprocess = '{type: LetterBoxResize, target_size: [32, 32]}';
    // 64 x 32 at half its size lies from row 8 on
    const [objects] = await predict({ outputs: [boxes, scores], preprocess }, [greyPicture(64, 32)]);
    expect(objects!.map(({ box }) => box)).toEqual([
      [8, 0, 40, 24],
      [16, 0, 56, 32],
    ]);
  });

  test('the config’s NMS section decides what overlaps too much', async () => {
    const config = 'NMS: {nms_threshold: 0.99, keep_top_k: 2, nms_top_k: 10}';
    const [objects] = await predict({ outputs: [boxes, scores], config }, [greyPicture(32, 32)]);
    expect(objects!.map(({ id }) => id)).toEqual([0, 0]);
  });

  test('boxes and scores in one tensor', async () => {
    const joined: GraphOutput = {
      name: 'all',
      type: 'float32',
      dims: [1, 2, 6],
      declared: [-1, -1, 6],
      values: [4, 4, 20, 20, 0.9, 0.1, 8, 8, 28, 24, 0.1, 0.7],
    };
    const [objects] = await predict({ outputs: [joined] }, [greyPicture(32, 32)]);
    expect(objects!.map(({ id, box }) => [id, ...box])).toEqual([
      [0, 4, 4, 20, 20],
      [1, 8, 8, 28, 24],
    ]);
  });

  test('boxes and the scores of a single class in one tensor', async () => {
    const joined: GraphOutput = {
      name: 'all',
      type: 'float32',
      dims: [1, 2, 5],
      declared: [-1, -1, 5],
      values: [4, 4, 20, 20, 0.9, 8, 20, 28, 30, 0.7],
    };
    const [objects] = await predict({ outputs: [joined] }, [greyPicture(32, 32)]);
    expect(objects!.map(({ id, box }) => [id, ...box])).toEqual([
      [0, 4, 4, 20, 20],
      [0, 8, 20, 28, 30],
    ]);
  });

  test('PicoDet’s heads with four bins and two levels', async () => {
    // of each edge's distribution all lies in one bin: its number times the stride is the distance
    const bins = (...edges: number[]) =>
      edges.flatMap((edge) => [0, 1, 2, 3].map((bin) => (bin === edge ? 100 : 0)));
    const none = bins(0, 0, 0, 0);
    const outputs: GraphOutput[] = [
      { name: 's16', type: 'float32', dims: [1, 4, 2], values: [0, 0, 0, 0, 0, 0.8, 0, 0] },
      { name: 's32', type: 'float32', dims: [1, 1, 2], values: [0.6, 0] },
      { name: 'd16', type: 'float32', dims: [1, 4, 16], values: [none, none, bins(0, 1, 1, 0), none].flat() },
      { name: 'd32', type: 'float32', dims: [1, 1, 16], values: bins(1, 0, 0, 1) },
    ];
    const [objects] = await predict({ outputs }, [greyPicture(32, 32)]);
    expect(objects!.map(({ id, score, box }) => [id, score.toFixed(1), ...box])).toEqual([
      [1, '0.8', 8, 8, 24, 24],
      [0, '0.6', 0, 16, 16, 32],
    ]);
  });
});
