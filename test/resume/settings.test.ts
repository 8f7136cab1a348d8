import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelHandle } from '#src/contracts/model.js';
import type { ModelSpec } from '#src/contracts/spec.js';
import { requireSameSettings, settingsOf, writeSettings, type RunSettings } from '#src/resume/index.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const NETWORKS = { det: 'aa', rec: 'bb' };
const VERSIONS = { fdeploy: '1.2.3' };
const output = path.join(folder, 'out.jsonl');
const spec: ModelSpec = { model: folder, threads: 1, batchSize: 1, shareWeights: true };

function handle(config: unknown, task: 'ocr' | 'detection' = 'ocr'): ModelHandle {
  const decode = { background: 'drop', acceptTruncated: false, maxPixels: 1 } as const;
  return {
    task,
    name: 'm',
    config,
    decode,
    runtimes: {},
  };
}

beforeEach(async () => {
  await writeSettings(
    output,
    settingsOf(handle({ a: 1, b: [2] }), NETWORKS, spec, 'jsonl', undefined, VERSIONS),
  );
});

test('equal settings go on, however they are written', async () => {
  const other = { ...spec, model: `${folder}/`, threads: 4, batchSize: 8, shareWeights: false, topk: 5 };
  const now = settingsOf(
    handle({ b: [2], a: 1, c: undefined }),
    NETWORKS,
    other,
    'jsonl',
    undefined,
    VERSIONS,
  );
  await expect(requireSameSettings(output, now)).resolves.toBeUndefined();
});

test.each<[string, string, () => RunSettings]>([
  [
    'an option',
    'it was made with topk not set, now 3',
    () => settingsOf(handle({ a: 3 }), NETWORKS, { ...spec, topk: 3 }, 'jsonl', undefined, VERSIONS),
  ],
  [
    'an option of ocr',
    'it was made with ocr.profile not set, now "paddleocr"',
    () =>
      settingsOf(
        handle({ a: 3 }),
        NETWORKS,
        { ...spec, ocr: { profile: 'paddleocr' } },
        'jsonl',
        undefined,
        VERSIONS,
      ),
  ],
  [
    "the model's config",
    "the model's config or labels have changed since",
    () => settingsOf(handle({ a: 2 }), NETWORKS, spec, 'jsonl', undefined, VERSIONS),
  ],
  [
    'how pictures are decoded',
    'it was made with decode.maxPixels not set, now 2',
    () =>
      settingsOf(
        { ...handle({ a: 1, b: [2] }), decode: { background: 'drop', acceptTruncated: false, maxPixels: 2 } },
        NETWORKS,
        { ...spec, decode: { maxPixels: 2 } },
        'jsonl',
        undefined,
        VERSIONS,
      ),
  ],
  [
    'the format',
    'it is jsonl, not csv',
    () => settingsOf(handle({ a: 1, b: [2] }), NETWORKS, spec, 'csv', undefined, VERSIONS),
  ],
  [
    'the masks',
    'its masks are in the records, not in m',
    () => settingsOf(handle({ a: 1, b: [2] }), NETWORKS, spec, 'jsonl', 'm', VERSIONS),
  ],
  [
    'the task',
    'it was made for ocr, this model is for detection',
    () => settingsOf(handle({}, 'detection'), NETWORKS, spec, 'jsonl', undefined, VERSIONS),
  ],
  [
    'the model file',
    'it was made by another model',
    () =>
      settingsOf(handle({ a: 1, b: [2] }), { ...NETWORKS, rec: 'cc' }, spec, 'jsonl', undefined, VERSIONS),
  ],
])('another value of %s does not go on', async (_, message, settings) => {
  await expect(requireSameSettings(output, settings())).rejects.toMatchObject({
    code: 'RESUME_MISMATCH',
    message: `--resume cannot continue '${output}': ${message}`,
  });
});

test('settings that are missing, torn or of another version do not go on', async () => {
  const now = settingsOf(handle({ a: 1 }), NETWORKS, spec, 'jsonl', undefined, VERSIONS);
  const refused = async (name: string, reason: string): Promise<void> => {
    await expect(requireSameSettings(name, now)).rejects.toMatchObject({
      code: 'RESUME_MISMATCH',
      message: expect.stringContaining(reason) as string,
    });
  };
  await refused(path.join(folder, 'no.jsonl'), 'is missing');
  writeFileSync(`${output}.run.json`, '{"version": 1, ');
  await refused(output, 'cannot be read');
  writeFileSync(`${output}.run.json`, '{"version": 2}');
  await refused(output, 'is not one that this version of fdeploy wrote');
});

test('are kept beside the output, and nothing else is', () => {
  expect(readdirSync(folder).sort()).toEqual(['out.jsonl.run.json']);
  expect(JSON.parse(readFileSync(`${output}.run.json`, 'utf8'))).toMatchObject({
    version: 1,
    format: 'jsonl',
  });
});
