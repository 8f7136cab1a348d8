/**
 * Pages of a PDF beside the same pages as PNG files, and the memory of a long document beside that of a short one.
 *
 *   node bench/documents.mjs [--pages 300] [--short 30] [--rounds 3] [--workers 2] [--modes thread,process] [--model <model>]
 *
 * Needs `npm run build` and the package @cantoo/pdf-lib. The PDF has 40 lines of text on an A4 page; the default model is a small
 * one of the fixtures, so that the reading of pages is most of the work. One round runs the short PDF, the long PDF and the PNG
 * files in each mode; the ratios are of one round.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import sharp from 'sharp';
import { PdfThread } from '../dist/documents/pdf/thread.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '300' },
    short: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '2' },
    modes: { type: 'string', default: 'thread,process' },
    model: { type: 'string', default: path.join(ROOT, 'fixtures/models/shapes-cls-pplcnet-onnx') },
  },
});
const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
const inside = (name) => path.join(folder, name);

async function makePdf(file, pages) {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let number = 1; number <= pages; number++) {
    const page = pdf.addPage([595, 842]);
    for (let line = 0; line < 40; line++) {
      const text = `Page ${number}, line ${line}: the quick brown fox jumps over ${number * line} lazy dogs`;
      page.drawText(text, { x: 50, y: 800 - line * 18, size: 11, font });
    }
  }
  writeFileSync(file, await pdf.save());
}

async function makePictures(pdf, pages) {
  mkdirSync(inside('pages'));
  const thread = new PdfThread();
  for (let number = 1; number <= pages; number++) {
    const { data, width, height } = await thread.render({ name: pdf, path: pdf }, number, {
      dpi: 200,
      maxPixels: 1e8,
    });
    const raw = { width, height, channels: 3 };
    await sharp(data, { raw })
      .png()
      .toFile(inside(`pages/${String(number).padStart(4, '0')}.png`));
  }
  thread.end();
}

function run(input, mode) {
  const options = ['-m', values.model, '--mode', mode, '-n', values.workers];
  const files = ['-o', inside('out.jsonl'), '--overwrite', '--summary', inside('summary.json'), '-q'];
  execFileSync(process.execPath, [path.join(ROOT, 'bin/fdeploy.js'), 'predict', input, ...options, ...files]);
  const { ok, imagesPerSecond, memory } = JSON.parse(readFileSync(inside('summary.json'), 'utf8'));
  return { ok, imagesPerSecond, MiB: memory.pssMiB ?? memory.rssMiB };
}

try {
  const [pages, short] = [Number(values.pages), Number(values.short)];
  await makePdf(inside('long.pdf'), pages);
  await makePdf(inside('short.pdf'), short);
  await makePictures(inside('long.pdf'), pages);
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const mode of values.modes.split(',')) {
      const [small, pdf, png] = ['short.pdf', 'long.pdf', 'pages'].map((name) => run(inside(name), mode));
      if (pdf.ok !== pages || png.ok !== pages) throw new Error(`${pdf.ok} and ${png.ok} of ${pages} pages`);
      console.log(
        `${mode}: PDF ${pdf.imagesPerSecond.toFixed(1)} pages/s, PNG ${png.imagesPerSecond.toFixed(1)} (${(pdf.imagesPerSecond / png.imagesPerSecond).toFixed(2)}); ${pages} pages ${pdf.MiB.toFixed(0)} MiB, ${short} pages ${small.MiB.toFixed(0)} (${(pdf.MiB / small.MiB).toFixed(2)})`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
