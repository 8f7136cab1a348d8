import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OkRecord } from '#src/contracts/results.js';
import { recordsIn, runCli } from '../../support/cli.js';
import { OCR_DICTIONARY } from '../../support/ocr-models.js';
import { tempFolder } from '../../support/temp.js';

const HEBREW = 'אבגדהוזחטיכלמנסעפצקרשתךםןף';

/** The Hebrew letter that stands for a Latin one. */
const hebrew = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => HEBREW.charAt(letter.toLowerCase().charCodeAt(0) - 97));

/** A dictionary with Hebrew letters in place of the Latin ones: the network then reads Hebrew, as displayed. */
function hebrewDictionary(): string {
  const file = path.join(tempFolder(), 'hebrew_dict.txt');
  writeFileSync(file, hebrew(readFileSync(OCR_DICTIONARY, 'utf8')));
  return file;
}

it('lines of a script from right to left are in reading order, with their words', async () => {
  const picture = path.resolve('fixtures/ocr/pictures/en_doc_a.png');
  const { code, stdout, stderr } = await runCli([
    ...['predict', '-q', '-n', '1', '--words', '--rec-dict', hebrewDictionary(), picture],
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [record] = recordsIn(stdout) as OkRecord<'ocr'>[];
  const inOrder = Array.from(hebrew('Visitors must sign in at the desk')).reverse().join('');
  expect(record?.result.text?.split('\n')).toContain(inOrder);
  const line = record?.result.lines.find(({ text }) => text === inOrder);
  expect(line?.words?.map(({ text }) => text)).toEqual(inOrder.split(' '));
  const lefts = line?.words?.map(({ quad }) => quad[0][0]) ?? [];
  expect(lefts).toEqual(lefts.toSorted((a, b) => b - a));
});
