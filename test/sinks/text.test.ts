import { guardFormula, unguardFormula } from '#src/files/spreadsheet-text.js';
import { terminalLine, terminalText } from '#src/sinks/terminal-text.js';

test.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '＝1', "'=1", "''+1"])(
  'guards %j, and undoes it',
  (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
    expect(unguardFormula(guardFormula(text))).toBe(text);
  },
);

test.each(['', 'a=1', "it's", "'quoted'", '1-2', ' =1'])('leaves %j as it is', (text) => {
  expect(guardFormula(text)).toBe(text);
  expect(unguardFormula(text)).toBe(text);
});

test('shows control characters', () => {
  expect(terminalLine('a\u001b]0;title\u0007\n\u009b\u202egpj.exe')).toBe(
    'a\\e]0;title\\x07\\n\\x9b\\u202egpj.exe',
  );
  expect(terminalText('two\nlines\u001b')).toBe('two\nlines\\e');
  expect(terminalLine('中文 ünï 🦊')).toBe('中文 ünï 🦊');
});
