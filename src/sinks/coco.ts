import type { DetectedObject, ErrorRecord, OkRecord, ResultRecord } from '../contracts/results.js';
import { cocoRle } from './coco-rle.js';
import { jsonText } from './json-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink, SinkHead } from './sink.js';
import { Spill } from './spill.js';
import type { Target } from './target.js';

/**
 * One document as COCO has it: `annotations` (results with scores, masks as RLE), `images`, `categories`, and `errors` for the
 * pictures that failed. It is valid even if the run is interrupted.
 */
export function cocoSink(target: Target, head: SinkHead): Sink {
  return new CocoSink(target, head);
}

class CocoSink implements Sink {
  readonly #lines: LineWriter;
  readonly #images = new Spill();
  readonly #errors = new Spill();
  /** Names by category id. */
  readonly #categories = new Map<number, string>();
  #annotations = 0;

  constructor(target: Target, { model, labels = [] }: SinkHead) {
    const info = { description: 'objects found by fdeploy', model: model.name };
    this.#lines = new LineWriter(target, `{"info":${jsonText(info)},"annotations":[\n`);
    for (const [id, label] of labels.entries()) this.#categories.set(id, categoryName(id, label));
  }

  async write(record: ResultRecord): Promise<void> {
    if (record.status === 'error') await this.#errors.add(jsonText(failure(record)));
    else if (record.task === 'detection') await this.#writeObjects(record);
  }

  async #writeObjects(record: OkRecord<'detection'>): Promise<void> {
    await this.#images.add(jsonText(image(record)));
    const lines = record.result.objects.map((object) => {
      if (!this.#categories.has(object.id)) {
        this.#categories.set(object.id, categoryName(object.id, object.label));
      }
      const separator = this.#annotations === 0 ? '' : ',\n';
      this.#annotations++;
      return separator + jsonText(annotation(object, this.#annotations, imageId(record)));
    });
    await this.#lines.write(lines.join(''), 1);
  }

  async end(): Promise<void> {
    const categories = [...this.#categories].map(([id, name]) => ({ id, name }));
    /** What completes the document, should the next write fail. */
    let rest = `\n],"categories":${jsonText(categories)},"errors":[],"images":[]}\n`;
    try {
      await this.#section(`\n],"categories":${jsonText(categories)},"errors":[\n`);
      rest = '\n],"images":[]}\n';
      await this.#list(this.#errors);
      await this.#section('\n],"images":[\n');
      rest = '\n]}\n';
      await this.#list(this.#images);
    } finally {
      await this.#images.close();
      await this.#errors.close();
      await this.#lines.end(rest);
    }
  }

  /** Begins a list. It is written at once, so that it is known to be there. */
  async #section(text: string): Promise<void> {
    await this.#lines.write(text, 0);
    await this.#lines.flush();
  }

  async #list(items: Spill): Promise<void> {
    let separator = '';
    for await (const item of items.lines()) {
      await this.#lines.write(separator + item, 0);
      separator = ',\n';
    }
  }
}

/** From 1: pycocotools takes an id of 0 for none. */
const imageId = ({ index }: ResultRecord): number => index + 1;

const categoryName = (id: number, label: string | null): string => label ?? `#${id}`;

function image(record: OkRecord) {
  const { image: name, imageBytes, page, pages, width, height } = record;
  return { id: imageId(record), file_name: name, width, height, imageBytes, page, pages };
}

function failure({ image: name, imageBytes, page, pages, error }: ErrorRecord) {
  return { file_name: name, imageBytes, page, pages, ...error };
}

function annotation({ id, score, box, mask }: DetectedObject, number: number, image_id: number) {
  const [x0, y0, x1, y1] = box;
  const [width, height] = [difference(x1, x0), difference(y1, y0)];
  const encoded = mask && cocoRle(mask.width, mask.height, mask.runs);
  return {
    id: number,
    image_id,
    category_id: id,
    bbox: [x0, y0, width, height],
    area: encoded ? encoded.area : difference(width * height, 0),
    score,
    iscrowd: 0,
    ...(encoded && { segmentation: encoded.rle }),
  };
}

/** Without the last bits of a float64, which are noise: boxes are float32. */
function difference(a: number, b: number): number {
  return Number((a - b).toPrecision(9));
}
