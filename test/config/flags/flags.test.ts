import { usableCpus } from '#src/machine/cpus.js';
import { Option } from 'commander';
import { PREDICT_FLAGS } from '#src/config/flags/predict.js';
import { checkTaskOptions, fillPredictOptions } from '#src/config/flags/fill.js';
import { checkRunOptions } from '#src/config/flags/from-code.js';
import { readValue } from '#src/config/flags/flag.js';

type Name = keyof typeof PREDICT_FLAGS;
const names = Object.keys(PREDICT_FLAGS) as Name[];

test.each(names)('%s is the name that commander gives its option', (name) => {
  expect(new Option(PREDICT_FLAGS[name].flags).attributeName()).toBe(name);
});

/** The first column of the contract's table of predict's options. */
const CONTRACT =
  `-m, --model; --doc-model; --det-model; --cls-model; --rec-model; --rec-dict; --lang; --pull; --no-cls; --model-config; --model-file;
  --labels; --task; --mode; -n, --workers; --threads-per-worker; -b, --batch-size; --backend; --device; --precision; --topk; --threshold; --ocr-profile;
  --det-limit-side; --det-limit-type; --det-thresh; --det-box-thresh; --det-unclip; --cls-batch; --rec-batch; --score-maps;
  --accept-truncated; --max-pixels; --decode; -o, --output; -f, --format; --ordered; --save-images; --masks; --report; --background;
  --resume; --no-retry-errors; --overwrite; --retries; --timeout; --max-worker-memory; --fail-fast; --summary; --progress;
  -q, --quiet; --from-file; --pages; --dpi; --shard; --words; --queue; --queue-timeout; --save-text; --save-hocr; --save-pdf;
  --classes; --save-crops; --image-format`
    .split(';')
    .map((option) => option.trim());

/** Options that the contract's table does not have. */
const ADDED = ['--openvino'];

test('the options are those of the contract, and those that were added to it', () => {
  const ours = Object.values(PREDICT_FLAGS).map(({ flags }) => flags.replace(/ [<[].*$/, ''));
  expect(ours.sort()).toEqual([...CONTRACT, ...ADDED].sort());
});

describe('a bad value is one sentence', () => {
  test.each<[Name, string, string]>([
    ['workers', '0', "--workers must be a whole number from 1 to 1024, not '0'"],
    ['topk', 'abc', "--topk must be a whole number from 1 to 65536, not 'abc'"],
    ['topk', '1.5', "--topk must be a whole number from 1 to 65536, not '1.5'"],
    ['topk', '', "--topk must be a whole number from 1 to 65536, not ''"],
    ['retries', '-1', "--retries must be a whole number from 0 to 1000, not '-1'"],
    ['threshold', '1.01', "--threshold must be a number from 0 to 1, not '1.01'"],
    ['threshold', '0x1', "--threshold must be a number from 0 to 1, not '0x1'"],
    ['timeout', '0', "--timeout must be a number of seconds above 0, not '0'"],
    ['timeout', 'Infinity', "--timeout must be a number of seconds above 0, not 'Infinity'"],
    ['decode', 'fsat', "--decode must be exact or fast, not 'fsat' (did you mean 'fast'?)"],
    ['mode', 'treads', "--mode must be thread or process, not 'treads' (did you mean 'thread'?)"],
    [
      'task',
      'detecton',
      "--task must be classification, detection, segmentation or ocr, not 'detecton' (did you mean 'detection'?)",
    ],
    ['format', 'xml', "--format must be jsonl, json, csv, txt or coco, not 'xml'"],
    ['background', '#fff', "--background must be drop, auto or a colour like #ffffff, not '#fff'"],
    ['output', '', "--output must be the name of a file, or - for stdout, not ''"],
    ['cls', 'no', "--cls must be true or false, not 'no'"],
  ])('%s %j', (name, value, message) => {
    expect(() => readValue(PREDICT_FLAGS[name], value, `--${name}`)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message }) as Error,
    );
  });

  test.each<[Name, unknown, unknown]>([
    ['workers', 4, 4],
    ['threshold', '.5', 0.5],
    ['timeout', '1e1', 10],
    ['background', '#FFaa00', '#ffaa00'],
    ['scoreMaps', true, true],
  ])('%s takes %j', (name, value, expected) => {
    expect(readValue(PREDICT_FLAGS[name], value, name)).toBe(expected);
  });

  test('also from code', () => {
    expect(() => {
      checkRunOptions({ workers: 0 });
    }).toThrow('workers must be a whole number from 1 to 1024');
    expect(() => {
      checkRunOptions({ workers: undefined as never, topk: 3, mode: 'process' });
    }).not.toThrow();
  });
});

describe('what is left out', () => {
  test('threads a worker that are given are not added to', () => {
    expect(fillPredictOptions({ threadsPerWorker: 1 }).run.shareableCpus).toBeUndefined();
  });

  test('has the default of the contract', () => {
    const { run, output, progress } = fillPredictOptions({ workers: 3 });
    expect(run).toEqual({
      spec: { model: 'ppocr-v4', threads: 1, batchSize: 1, shareWeights: true },
      mode: 'thread',
      workers: 3,
      shareableCpus: Math.min(3, usableCpus()),
      ordered: false,
      retries: 1,
      failFast: false,
      artifacts: {},
    });
    expect(output).toEqual({
      file: undefined,
      format: 'jsonl',
      existing: 'refuse',
      retryErrors: true,
      readableOnTerminal: true,
    });
    expect(progress).toBe('auto');
  });

  test('keeps the rest of what was said', () => {
    const { run } = fillPredictOptions({
      mode: 'process',
      timeout: 1.5,
      cls: false,
      detThresh: 0.2,
      clsBatch: 3,
      recBatch: 5,
      background: 'drop',
      masks: 'm',
      saveImages: 'd',
    });
    expect(run).toMatchObject({
      timeoutMs: 1500,
      spec: {
        noCls: true,
        ocr: { detThresh: 0.2, clsBatch: 3, recBatch: 5 },
        decode: { background: 'drop' },
      },
      artifacts: { masks: 'm', drawings: 'd' },
    });
  });

  test.each([
    [{ output: 'a.CSV' }, 'csv'],
    [{ output: 'a.json' }, 'json'],
    [{ output: 'a.jsonl' }, 'jsonl'],
    [{ output: 'a.ndjson' }, 'jsonl'],
    [{ output: 'a.txt' }, 'txt'],
    [{ output: '-' }, 'jsonl'],
    [{ output: '/dev/null' }, 'jsonl'],
    [{ output: 'v1.2/a' }, 'jsonl'],
    [{ output: 'a.csv', format: 'json' }, 'json'],
    [{ output: 'a.xlsx', format: 'csv' }, 'csv'],
  ] as const)('the format follows the output: %j', (options, format) => {
    expect(fillPredictOptions(options).output.format).toBe(format);
  });

  test.each(['a.xlsx', 'a.jsonl.gz', 'a.'])(
    'the ending of %s is an error that names the formats',
    (output) => {
      expect(() => fillPredictOptions({ output })).toThrow(
        /^the output '.*' ends in .*: use \.jsonl, \.ndjson, \.json, \.csv, \.txt, or set --format to jsonl, json, csv, txt, coco$/,
      );
    },
  );

  test('every setting of decoding reaches the model', () => {
    const decode = { background: 'auto', acceptTruncated: true, maxPixels: 7 } as const;
    expect(fillPredictOptions({ ...decode, decode: 'fast' }).run.spec.decode).toEqual({
      ...decode,
      mode: 'fast',
    });
  });
});

describe('what does not go together', () => {
  test.each([
    [{ timeout: 5 }, '--timeout needs --mode process'],
    [{ resume: true, overwrite: true, output: 'a' }, '--resume and --overwrite cannot be used together'],
    [{ resume: true }, '--resume needs --output'],
    [{ retryErrors: false, output: 'a' }, '--no-retry-errors needs --resume'],
    [
      { resume: true, output: 'a.json' },
      'an output of format json cannot be resumed: use --format jsonl or csv',
    ],
    [{ resume: true, output: 'a.txt' }, 'an output of format txt cannot be resumed'],
  ])('%j', (options, message) => {
    expect(() => fillPredictOptions(options)).toThrow(message);
  });

  test("an option of another task and the model's task", () => {
    const check = () => {
      checkTaskOptions({ model: 'm', topk: 3 }, 'detection');
    };
    expect(check).toThrow("--topk is for classification; this model's task is detection");
    expect(() => {
      checkTaskOptions({ model: 'm', threshold: 0.5, workers: 2 }, 'detection');
    }).not.toThrow();
  });
});
