import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PaddleOcrPipeline } from 'fdeploy';
import type { OcrResult, Quad } from 'fdeploy';
import sharp from 'sharp';
import { characterErrors } from '../../../bench/character-errors.mjs';
import { ocrPath, readOcrJson } from '../../support/ocr.js';
import { farthestCorner, turnedPlace } from '../../support/turned-page.js';
import { OCR_DICTIONARY, OCR_MODELS } from '../../support/ocr-models.js';

const DOC_ORI = ocrPath('document/doc_ori');
const UVDOC = ocrPath('document/uvdoc');
const NAME = 'en_doc_a.png';
const TRUTH = (readOcrJson('truth.json') as Record<string, { text: string; quad: Quad }[]>)[NAME]!;
const [WIDTH, HEIGHT] = [560, 420];

/** The picture with its upper or lower half in grey, which is what the network of the fixtures looks at, turned clockwise. */
async function page(dark: 'upper' | 'lower', degrees: number): Promise<Buffer> {
  const input = { create: { width: WIDTH, height: HEIGHT / 2, channels: 3, background: '#c0c0c0' } } as const;
  const top = dark === 'upper' ? 0 : HEIGHT / 2;
  const shaded = sharp(ocrPath(`pictures/${NAME}`)).composite([{ input, left: 0, top, blend: 'multiply' }]);
  return sharp(await shaded.png().toBuffer())
    .rotate(degrees)
    .png()
    .toBuffer();
}

const turned = (degrees: number) => turnedPlace(WIDTH, HEIGHT, degrees);
type Place = ReturnType<typeof turned>;

/** The known lines where they come to lie. */
const placed = (place: Place) => TRUTH.map(({ text, quad }) => ({ text, quad: quad.map(place) }));

function expectRead({ lines }: OcrResult, place: Place): void {
  const read = lines.map(({ text, quad }) => ({ text: text!, quad: quad! }));
  const { errors, characters } = characterErrors(placed(place), read);
  expect(characters).toBeGreaterThan(100);
  expect(errors / characters).toBeLessThan(0.03);
}

describe('--doc-model', () => {
  const open = (profile: 'best' | 'paddleocr', docModel = DOC_ORI) =>
    PaddleOcrPipeline.open('ppocr-v4', { docModel, ocr: { profile } });

  test('tells by how much a page is turned in the profile paddleocr, which does not find out by itself', async () => {
    const pipeline = await open('paddleocr');
    for (const degrees of [0, 90, 180, 270]) {
      const result = await pipeline.predict(await page('upper', degrees));
      expect(result.angle).toBe(degrees);
      expectRead(result, turned(degrees));
    }
    await pipeline.close();
  });

  test('is checked by reading in the profile best', async () => {
    const picture = await page('lower', 0);
    const [best, plain] = [await open('best'), await open('paddleocr')];
    expect((await plain.predict(picture)).angle).toBe(180);
    const result = await best.predict(picture);
    expect(result.angle).toBe(0);
    expectRead(result, turned(0));
    await Promise.all([best.close(), plain.close()]);
  });

  test('turns the page for detection alone', async () => {
    const { det } = OCR_MODELS;
    const pipeline = await PaddleOcrPipeline.open(det, { docModel: DOC_ORI });
    const upright = await pipeline.predict(await page('upper', 0));
    const lying = await pipeline.predict(await page('upper', 90));
    expect(lying).toEqual({
      angle: 90,
      lines: upright.lines.map(({ quad }) => ({ quad: quad!.map(turned(90)) })),
    });
    await pipeline.close();
  });

  test('is not the orientation network of lines', async () => {
    await expect(open('best', OCR_MODELS.cls)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('not a page orientation network') as string,
    });
  });
});

/** How far below its place on the flat page a point of the bent page lies: what the network of the fixtures takes back. */
const bend = (x: number): number => 0.05 * (HEIGHT - 1) * Math.sin((Math.PI * x) / (WIDTH - 1));

const onBentPage: Place = ([x, y]) => [x, y + bend(x)];

/** The picture on a bent page. */
async function bentPage(): Promise<Buffer> {
  const { data, info } = await sharp(ocrPath(`pictures/${NAME}`))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const bent = Buffer.alloc(data.length, 255);
  for (let x = 0; x < info.width; x++) {
    for (let y = 0; y < info.height; y++) {
      const from = y - Math.round(bend(x));
      if (from < 0) continue;
      data.copy(bent, (y * info.width + x) * 3, (from * info.width + x) * 3, (from * info.width + x + 1) * 3);
    }
  }
  return sharp(bent, { raw: info }).png().toBuffer();
}

describe("a PaddleX pipeline's document preprocessing", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fdeploy-doc-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** @param fields of the pipeline and of its document preprocessing */
  async function pipelineYaml(
    fields: string,
    document: string,
    docOri: string,
    uvdoc = 'null',
  ): Promise<string> {
    const file = path.join(folder, 'OCR.yaml');
    const { det, rec } = OCR_MODELS;
    await writeFile(
      file,
      `pipeline_name: OCR
${fields}
SubPipelines:
  DocPreprocessor:
    pipeline_name: doc_preprocessor
    ${document}
    SubModules:
      DocOrientationClassify: {model_name: PP-LCNet_x1_0_doc_ori, model_dir: ${docOri}}
      DocUnwarping: {model_name: UVDoc, model_dir: ${uvdoc}}
SubModules:
  TextDetection: {model_dir: ${det}}
  TextRecognition: {model_dir: ${rec}}
`,
    );
    return file;
  }
  const ON = 'use_doc_orientation_classify: True, use_doc_unwarping: False';
  const each = (fields: string): string => fields.replaceAll(', ', '\n    ');
  const open = (model: string, docModel?: string) =>
    PaddleOcrPipeline.open(model, {
      recDict: OCR_DICTIONARY,
      ocr: { profile: 'paddleocr' },
      ...(docModel !== undefined && { docModel }),
    });

  test('is used where the pipeline asks for it', async () => {
    const pipeline = await open(await pipelineYaml('use_doc_preprocessor: True', each(ON), DOC_ORI));
    const result = await pipeline.predict(await page('upper', 270));
    expect(result.angle).toBe(270);
    expectRead(result, turned(270));
    await pipeline.close();
  });

  test.each([
    ['use_doc_preprocessor: False', ON],
    ['use_doc_preprocessor: True', 'use_doc_orientation_classify: False, use_doc_unwarping: False'],
  ])('is left out with %s, %s', async (fields, document) => {
    const pipeline = await open(await pipelineYaml(fields, each(document), 'null'));
    expect(pipeline.pageOrientation).toBeUndefined();
    expect(Object.keys(pipeline.handle().runtimes)).toEqual(['det', 'rec']);
    await pipeline.close();
  });

  test('needs a model_dir, or --doc-model', async () => {
    const file = await pipelineYaml('use_doc_preprocessor: True', each(ON), 'null');
    await expect(open(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('model_dir for DocOrientationClassify') as string,
    });
    const pipeline = await open(file, DOC_ORI);
    expect((await pipeline.predict(await page('upper', 90))).angle).toBe(90);
    await pipeline.close();
  });

  const UNWARPING = 'use_doc_orientation_classify: False, use_doc_unwarping: True';

  test.each([true, false])(
    'flattens the page, quads lie on the bent one (weights shared: %s)',
    async (shareWeights) => {
      const file = await pipelineYaml('use_doc_preprocessor: True', each(UNWARPING), 'null', UVDOC);
      const pipeline = await PaddleOcrPipeline.open(file, { recDict: OCR_DICTIONARY, shareWeights });
      const result = await pipeline.predict(await bentPage());
      expectRead(result, onBentPage);
      const truth = placed(onBentPage);
      const distances = truth.flatMap(({ text, quad }) => {
        const found = result.lines.find((line) => line.text === text);
        return found ? [farthestCorner(found.quad!, quad)] : [];
      });
      expect(distances.length).toBeGreaterThan(truth.length / 2);
      expect(Math.max(...distances)).toBeLessThan(8);
      await pipeline.close();
    },
  );

  test('turns the page before it flattens it', async () => {
    const document = 'use_doc_orientation_classify: True, use_doc_unwarping: True';
    const file = await pipelineYaml('use_doc_preprocessor: True', each(document), DOC_ORI, UVDOC);
    const pipeline = await open(file);
    const bent = sharp(await bentPage()).composite([
      {
        input: { create: { width: WIDTH, height: HEIGHT / 2, channels: 3, background: '#c0c0c0' } },
        ...{ left: 0, top: 0, blend: 'multiply' },
      },
    ]);
    const result = await pipeline.predict(
      await sharp(await bent.png().toBuffer())
        .rotate(90)
        .png()
        .toBuffer(),
    );
    expect(result.angle).toBe(90);
    expectRead(result, (point) => turned(90)(onBentPage(point)));
    await pipeline.close();
  });

  test('sees large pictures shrunk', async () => {
    const file = await pipelineYaml('use_doc_preprocessor: True', each(UNWARPING), 'null', UVDOC);
    const pipeline = await open(file);
    const [width, height] = [8192, 21];
    const picture = {
      data: new Uint8Array(3 * width * height),
      width,
      height,
      channels: 3,
      order: 'rgb',
    } as const;
    const { feeds } = pipeline.unwarping!.preprocessor.run([picture]);
    expect(Object.values(feeds).map(({ dims }) => dims)).toEqual([[1, 3, 11, 4096]]);
    await pipeline.close();
  });

  test('does not take another network for one that flattens', async () => {
    const file = await pipelineYaml('use_doc_preprocessor: True', each(UNWARPING), 'null', OCR_MODELS.det);
    await expect(open(file)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('ends in GridSample') as string,
    });
  });
});
