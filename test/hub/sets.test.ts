import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hubModels } from '#src/hub/names.js';
import { recordsIn, runCli } from '../support/cli.js';
import { HubServer } from '../support/hub-server.js';
import { OCR_DICTIONARY, OCR_MODELS } from '../support/ocr-models.js';
import { tempFolder } from '../support/temp.js';

const recognitionOf = async (name: string) => (await hubModels(name))?.at(-1)?.name;

const textOf = (stdout: string) =>
  recordsIn(stdout).map((record) =>
    record.status === 'ok' && 'text' in record.result ? record.result.text : '',
  )[0];

// PaddleOCR 3.7.0, paddleocr/_pipelines/ocr.py: _get_ocr_model_names
it.each([
  ['PP-OCRv6_medium', 'PP-OCRv6_medium_rec'],
  ['PP-OCRv6_small:de', 'PP-OCRv6_small_rec'],
  ['PP-OCRv5_server:japan', 'PP-OCRv5_server_rec'],
  ['PP-OCRv5_mobile', 'PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:en', 'en_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:korean', 'korean_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:fr', 'latin_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:ru', 'eslav_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:bg', 'cyrillic_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:ku', 'latin_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:fa', 'arabic_PP-OCRv5_mobile_rec'],
  ['PP-OCRv5_mobile:hi', 'devanagari_PP-OCRv5_mobile_rec'],
  ['PP-OCRv4_mobile:en', 'en_PP-OCRv4_mobile_rec'],
  ['PP-OCRv3_mobile:ka', 'ka_PP-OCRv3_mobile_rec'],
  ['PP-OCRv3_mobile:ru', 'cyrillic_PP-OCRv3_mobile_rec'],
])('%s reads with %s', async (name, rec) => {
  expect(await recognitionOf(name)).toBe(rec);
});

it.each([
  'PP-OCRv6_medium:korean',
  'PP-OCRv6_small:pi',
  'PP-OCRv6_tiny:japan',
  'PP-OCRv4_mobile:ru',
  'PP-OCRv5_mobile:xx',
])('%s has no model', async (name) => {
  await expect(hubModels(name)).rejects.toMatchObject({ code: 'BAD_OPTION' });
});

it.each([
  [
    ['-m', 'PP-OCRv5_mobile', '--lang', 'korean'],
    /PP-OCRv5_mobile:korean is not on this machine: .* \(11\.2 MB and parts without a published size\)/,
  ],
  // PaddleOCR's module pages: detection 4.7 MB, line orientation 6.5 MB, recognition 16 MB
  [['-m', 'PP-OCRv5_mobile'], /fdeploy models pull PP-OCRv5_mobile' \(27\.2 MB\)/],
  [['--lang', 'korean'], /--lang chooses the language of a set .*--model ppocr-v4 is none/],
  [['-m', 'PP-OCRv5_mobile:de', '--lang', 'korean'], /both name a language/],
  [
    ['-m', 'PP-OCRv6_tiny', '--lang', 'korean'],
    /has no model for the language 'korean'; these have: PP-OCRv5_server/,
  ],
])('%j is a sentence', async (args, sentence) => {
  const env = { FDEPLOY_CACHE: path.join(tempFolder(), 'cache') };
  const { code, stderr } = await runCli(['predict', ...args, 'x.jpg'], { env });
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
  expect(stderr).toMatch(sentence);
});

it('predict --pull fetches a set, which then reads without a network', async () => {
  const hub = new HubServer();
  await hub.start();
  try {
    const characters = readFileSync(OCR_DICTIONARY, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const yml = (name: string, rest = '') => Buffer.from(`Global:\n  model_name: ${name}\n${rest}`);
    const rec = `PostProcess:\n  name: CTCLabelDecode\n  character_dict: ${JSON.stringify(characters)}\n`;
    const cls = 'PostProcess:\n  Topk:\n    topk: 1\n    label_list: ["0_degree", "180_degree"]\n';
    for (const [name, network, rest] of [
      ['PP-OCRv5_mobile_det', OCR_MODELS.det, ''],
      ['PP-LCNet_x1_0_textline_ori', OCR_MODELS.cls, cls],
      ['PP-OCRv5_mobile_rec', OCR_MODELS.rec, rec],
    ] as const) {
      const files = { 'inference.onnx': readFileSync(network), 'inference.yml': yml(name, rest) };
      hub.repositories[`PaddlePaddle/${name}`] = { files, large: ['inference.onnx'] };
    }
    const env = { FDEPLOY_CACHE: path.join(tempFolder(), 'cache'), HF_ENDPOINT: hub.url, HF_TOKEN: '' };
    const page = path.resolve('fixtures/ocr/pictures/digits_a.png');
    const first = await runCli(['predict', '-q', '--pull', '-m', 'PP-OCRv5_mobile', page], { env });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    await hub.stop();
    const again = await runCli(['predict', '-q', '-m', 'PP-OCRv5_mobile', page], { env });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    const installed = await runCli(['predict', '-q', '-m', 'ppocr-v4', page], { env });
    const expected = textOf(installed.stdout);
    expect(expected).not.toBe('');
    expect([textOf(first.stdout), textOf(again.stdout)]).toEqual([expected, expected]);
    const inspected = await runCli(['inspect', 'PP-OCRv5_mobile', '--json'], { env });
    expect(inspected).toMatchObject({ code: 0, stderr: '' });
    expect(inspected.stdout).toContain('PP-OCRv5_mobile_rec');
    expect((JSON.parse(inspected.stdout) as { task: string }).task).toBe('ocr');
  } finally {
    await hub.stop().catch(() => undefined);
  }
});
