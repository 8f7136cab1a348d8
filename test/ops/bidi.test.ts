import { directedRuns, readingOrder } from '#src/ops/bidi.js';

const displayed = (line: string): string =>
  directedRuns(line)
    .map(({ text, rightToLeft }) => (rightToLeft ? Array.from(text).reverse().join('') : text))
    .join('');

// python-bidi 0.6: get_display
it.each([
  ['hello', 'hello'],
  ['مرحبا', 'ابحرم'],
  ['مرحبا 2024 world', 'world 2024 ابحرم'],
  ['abc مرحبا 12 def', 'abc 12 ابحرم def'],
  ['שלום 12-34', '12-34 םולש'],
  ['مرحبا 12-34', '34-12 ابحرم'],
  ['السعر 12.50%', '%12.50 رعسلا'],
  ['سعر $5 فقط', 'طقف 5$ رعس'],
  ['a ١٢٣ b', 'a ١٢٣ b'],
  ['نص world 5 نص', 'صن world 5 صن'],
  ['م:1/2', '1/2:م'],
])('%j is shown as %j', (line, expected) => {
  expect(displayed(line)).toBe(expected);
});

// PaddleX 3.7.2 passes the texts of its Arabic models, which are as displayed, through get_display.
it.each([
  ['ابحرم', 'مرحبا'],
  ['world 2024 ابحرم', 'world 2024 مرحبا'],
  ['total 12.50', 'total 12.50'],
  ['(ابحرم)', '(مرحبا)'],
])('%j reads %j', (displayedLine, expected) => {
  expect(readingOrder(displayedLine)).toBe(expected);
});
