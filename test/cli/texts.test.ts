import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { recordsIn, runCli } from '../support/cli.js';
import { makePdf, textAt, type PdfPage } from '../support/pdf.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();

/** Text that fills its page well enough to be read without errors. */
const page = (text: string): PdfPage => ({ width: 400, height: 120, content: textAt(40, 50, 36, text) });
const THREE = [page('first page'), page('second one'), page('and a third')];

function inFolder(name: string): string {
  const own = path.join(folder, name);
  mkdirSync(own);
  writeFileSync(path.join(own, 'scan.pdf'), makePdf(THREE));
  return own;
}

const predict = (cwd: string, ...options: string[]): ReturnType<typeof runCli> =>
  runCli(['predict', 'scan.pdf', '-n', '2', '-o', 'r.jsonl', ...options], { cwd });

const textIn = (cwd: string, name = 'out/scan.pdf.txt'): string => readFileSync(path.join(cwd, name), 'utf8');

/** Leaves only the records of some pages, as a killed run does. */
function keepPages(cwd: string, pages: readonly number[]): void {
  const file = path.join(cwd, 'r.jsonl');
  const kept = recordsIn(readFileSync(file, 'utf8')).filter((record) => pages.includes(record.page ?? 0));
  writeFileSync(file, kept.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

describe.each(['thread', 'process'])('the text of a document, %s mode', (mode) => {
  test('is one file, in the order of its pages', async () => {
    const cwd = inFolder(`order-${mode}`);
    const { code, stderr } = await predict(cwd, '--mode', mode, '--save-text', 'out', '--save-hocr', 'out');
    expect([code, stderr]).toEqual([0, expect.stringContaining('3 ok, 0 failed')]);
    expect(textIn(cwd)).toBe('first page\n\fsecond one\n\fand a third\n');
    expect(readdirSync(path.join(cwd, 'out')).sort()).toEqual(['scan.pdf.hocr', 'scan.pdf.txt']);
  });
});

test('a page that failed is an empty page, and is read when the run is resumed', async () => {
  const cwd = inFolder('failed');
  const whole = makePdf(THREE);
  const tree = '<< /Type /Pages /Kids [4 0 R 99 0 R 8 0 R] /Count 3 >>';
  writeFileSync(path.join(cwd, 'scan.pdf'), makePdf(THREE, { tree }));
  expect((await predict(cwd, '--save-text', 'out')).code).toBe(1);
  expect(textIn(cwd)).toBe('first page\n\f\fand a third\n');
  writeFileSync(path.join(cwd, 'scan.pdf'), whole);
  expect((await predict(cwd, '--save-text', 'out', '--resume')).code).toBe(0);
  expect(textIn(cwd)).toBe('first page\n\fsecond one\n\fand a third\n');
});

test('a resumed run completes the files of a killed one', async () => {
  const cwd = inFolder('killed');
  await predict(cwd, '--save-text', 'out', '--pages', '1,3');
  expect(textIn(cwd)).toBe('first page\n\fand a third\n');
  keepPages(cwd, [3]);
  const { code } = await predict(cwd, '--save-text', 'out', '--resume');
  expect(code).toBe(0);
  expect(textIn(cwd)).toBe('first page\n\fsecond one\n\fand a third\n');
  expect(readdirSync(path.join(cwd, 'out'))).toEqual(['scan.pdf.txt']);
});

test('a resumed run writes the files that are missing of complete documents', async () => {
  const cwd = inFolder('added');
  await predict(cwd);
  const { code } = await predict(cwd, '--save-text', 'out', '--resume');
  expect([code, textIn(cwd)]).toEqual([0, 'first page\n\fsecond one\n\fand a third\n']);
});

test('an existing file is replaced with --overwrite only', async () => {
  const cwd = inFolder('existing');
  mkdirSync(path.join(cwd, 'out'));
  writeFileSync(path.join(cwd, 'out', 'scan.pdf.txt'), 'mine');
  const { code, stderr } = await predict(cwd, '--save-text', 'out');
  expect(code).toBe(1);
  expect(stderr).toContain("'out/scan.pdf.txt' exists: --overwrite replaces it");
  expect(textIn(cwd)).toBe('mine');
  expect((await predict(cwd, '--save-text', 'out', '--overwrite')).code).toBe(0);
  expect(textIn(cwd)).toBe('first page\n\fsecond one\n\fand a third\n');
});

test('a folder of another output is refused', async () => {
  const cwd = inFolder('same');
  const { code, stderr } = await predict(cwd, '--save-text', 'out', '--save-images', 'out');
  expect([code, stderr]).toEqual([2, expect.stringContaining('use the same folder')]);
  expect(existsSync(path.join(cwd, 'out'))).toBe(false);
});
