import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MODES, type ResultRecord } from '#src/contracts/results.js';
import { PdfThread } from '#src/documents/pdf/thread.js';
import { recordsIn, runCli, SHAPES_MODEL } from '../support/cli.js';
import { ENDLESS_PDFS, HOSTILE_PDFS, SHOWN_PDFS } from '../support/hostile-pdfs.js';
import { makePdf } from '../support/pdf.js';
import { tempFolder } from '../support/temp.js';

const SETTINGS = { dpi: 288, maxPixels: 100_000_000 };

test.each(MODES)(
  'hostile PDFs are errors or results in %s mode; none ends the run, harms another or does what it asks for',
  async (mode) => {
    const cwd = tempFolder();
    mkdirSync(path.join(cwd, 'in'));
    for (const [name, make] of Object.entries(HOSTILE_PDFS)) {
      writeFileSync(path.join(cwd, 'in', `${name}.pdf`), make());
    }
    const args = ['predict', 'in', '-m', SHAPES_MODEL, '--mode', mode, '-n', '2', '--pages', '1-2', '-q'];
    const { code, stdout, stderr } = await runCli(args, { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const byName = new Map<string, ResultRecord[]>();
    for (const record of recordsIn(stdout)) {
      const name = path.basename(record.image, '.pdf');
      byName.set(name, [...(byName.get(name) ?? []), record]);
    }
    expect([...byName.keys()].sort()).toEqual(Object.keys(HOSTILE_PDFS).sort());
    for (const [name, records] of byName) {
      for (const record of records) {
        if (record.status === 'error') {
          expect({ name, code: record.error.code }).toEqual({ name, code: 'IMAGE_UNREADABLE' });
          expect(record.error.message).not.toContain('the reading of it was ended');
        } else expect(record.width * record.height).toBeLessThanOrEqual(100_000_000);
      }
    }
    const shown = SHOWN_PDFS.filter((name) => byName.get(name)!.every(({ status }) => status === 'ok'));
    expect(shown).toEqual(SHOWN_PDFS);
    expect(readdirSync(cwd)).toEqual(['in']);
    expect(readdirSync(path.join(cwd, 'in'))).toHaveLength(Object.keys(HOSTILE_PDFS).length);
  },
  60_000,
);

test.each(Object.entries(ENDLESS_PDFS))('%s, which never ends, fails alone', async (name, make) => {
  const folder = tempFolder();
  const [endless, sound] = [`${name}.pdf`, 'sound.pdf'].map((file) => ({
    name: file,
    path: path.join(folder, file),
  }));
  writeFileSync(endless!.path, make());
  writeFileSync(sound!.path, makePdf([{ width: 30, height: 20 }]));
  const thread = new PdfThread({ countMs: 30_000, renderMs: 1500 });
  const [failed, page] = await Promise.allSettled([
    thread.render(endless!, 1, SETTINGS),
    thread.render(sound!, 1, SETTINGS),
  ]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } });
  expect(page).toMatchObject({ status: 'fulfilled', value: { width: 120, height: 80 } });
  thread.end();
});
