import { Fields } from '#src/config/fields.js';
import { readPostprocessing, readPreprocessing } from '#src/tasks/classification/config.js';
import { parse } from 'yaml';
import type { YamlMap } from '#src/config/yaml.js';

function config(text: string): Fields {
  return new Fields(parse(text, { schema: 'failsafe' }) as YamlMap, 'inference.yml');
}

function operators(list: string): Fields {
  return config(`PreProcess: {transform_ops: [${list}]}`);
}

describe('the preprocessing of a PaddleClas config', () => {
  it('reads every operator with its defaults', () => {
    const list =
      '{DecodeImage: {to_rgb: False, channel_first: False}}, {ResizeImage: {resize_short: 256, backend: pil, interpolation: bicubic}}, ' +
      "{CropImage: {size: 224}}, {NormalizeImage: {scale: 1.0/255.0, order: '', channel_num: 4}}, {ToCHWImage: null}";
    expect(readPreprocessing(operators(list))).toEqual({
      order: 'bgr',
      resize: { short: 256, backend: 'pil', interpolation: 'cubic' },
      crop: [224, 224],
      normalize: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      channels: 4,
      layout: 'chw',
    });
  });

  it.each([
    ['{ResizeImage: {size: [8, 8]}}, {Flip: null}', /operator Flip is not supported here/],
    ['{CropImage: {size: 8}}, {ResizeImage: {size: 8}}', /ResizeImage.*follows CropImage/],
    ['{ResizeImage: {size: 8, interpolation: hamming}}', /expected one of nearest/],
    ['{ResizeImage: {}}', /resize_short or size/],
    ['{NormalizeImage: {std: [1, 0, 1]}}', /three numbers other than 0/],
  ])('refuses %s', (list, message) => {
    expect(() => readPreprocessing(operators(list))).toThrow(message);
    expect(() => readPreprocessing(operators(list))).toThrow(/^inference\.yml/);
  });
});

describe('the postprocessing of a PaddleClas config', () => {
  const read = (text: string, classes: number, threshold?: number) =>
    readPostprocessing(config(text), classes, { topk: 3, ...(threshold !== undefined && { threshold }) });

  it('is what main_indicator names, else the first', () => {
    const text =
      'PostProcess: {main_indicator: ThreshOutput, Topk: {topk: 1}, ThreshOutput: {threshold: 0.6}}';
    expect(read(text, 2)).toEqual({ kind: 'binary-threshold', threshold: 0.6 });
    expect(read(text, 3)).toEqual({ kind: 'best-above-threshold', threshold: 0.6, fallback: 0 });
    expect(read('PostProcess: {Topk: {topk: 1}, SavePreLabel: {save_dir: x}}', 3)).toEqual({
      kind: 'topk',
      topk: 3,
    });
  });

  it('reads one threshold, one a class, and named ones with a default', () => {
    const multi = (threshold: string) =>
      read(`PostProcess: {MultiLabelThreshOutput: {threshold: ${threshold}}}`, 4);
    expect(multi('0.4')).toEqual({ kind: 'multi-label', thresholds: [], fallback: 0.4 });
    expect(multi('[0.1, 0.2]')).toEqual({ kind: 'multi-label', thresholds: [0.1, 0.2], fallback: 0.5 });
    expect(multi('{default: 0.3, 1: 0.7}')).toEqual({
      kind: 'multi-label',
      thresholds: [0.3, 0.7],
      fallback: 0.3,
    });
    expect(read('PostProcess: {MultiLabelThreshOutput: {threshold: 0.4}}', 4, 0.9)).toEqual({
      kind: 'multi-label',
      thresholds: [],
      fallback: 0.9,
    });
  });

  it('refuses an unknown one by name', () => {
    expect(() => read('PostProcess: {GoogLeNetTopk: {}}', 3)).toThrow(
      /postprocessor GoogLeNetTopk is not supported/,
    );
  });
});
