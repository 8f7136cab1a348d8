import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readUserDefaults } from '#src/config/user-defaults.js';
import { tempFolder } from '../support/temp.js';

let home: string;
let own: string;
let project: string;
let below: string;

beforeEach(() => {
  home = tempFolder();
  own = path.join(home, '.config', 'config.yaml');
  project = path.join(home, 'project');
  below = path.join(project, 'a', 'b');
  mkdirSync(path.dirname(own), { recursive: true });
  mkdirSync(below, { recursive: true });
});

const read = () => readUserDefaults(below, own, home);

test('without a file there are none', async () => {
  expect(await read()).toEqual({ options: {}, sources: {} });
});

test("the project's file goes before the user's; paths start where the file lies", async () => {
  writeFileSync(own, 'workers: 2\nmode: process\nlabels: mine.txt\ncls: false\n');
  const file = path.join(project, 'fdeploy.config.json');
  writeFileSync(file, '{"workers": 3, "model": "models/x", "ocr-profile": "paddleocr", "score-maps": true}');
  expect(await read()).toEqual({
    options: {
      workers: 3,
      mode: 'process',
      labels: path.join(home, '.config', 'mine.txt'),
      cls: false,
      model: path.join(project, 'models/x'),
      ocrProfile: 'paddleocr',
      scoreMaps: true,
    },
    sources: {
      workers: file,
      mode: own,
      labels: own,
      cls: own,
      model: file,
      ocrProfile: file,
      scoreMaps: file,
    },
  });
});

test('a known model is no path', async () => {
  writeFileSync(path.join(below, '.fdeployrc.yaml'), 'model: ppocr-v4\n');
  expect((await read()).options.model).toBe('ppocr-v4');
});

test.each([
  ['topkk: 3', "there is no option 'topkk' (did you mean 'topk'?)"],
  ['topk: many', "'topk' must be a whole number from 1 to 65536, not 'many'"],
  ['output: x.jsonl', "'output' applies to a single run and cannot have a default"],
  ['ordered: maybe', "'ordered' must be true or false, not 'maybe'"],
])('%s is a sentence that names the file', async (text, sentence) => {
  const file = path.join(below, '.fdeployrc.yaml');
  writeFileSync(file, `${text}\n`);
  await expect(read()).rejects.toMatchObject({ code: 'BAD_OPTION', message: `${file}: ${sentence}` });
});

test('a file that is no YAML is a sentence', async () => {
  writeFileSync(path.join(below, '.fdeployrc.yaml'), 'a: [');
  await expect(read()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
