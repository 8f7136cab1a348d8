import { readFileSync } from 'node:fs';
import path from 'node:path';
import { predictFiles } from 'fdeploy';
import { comparable, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const predict = (...args: string[]) =>
  runCli(['predict', '-m', SHAPES_MODEL, SHAPES_PICTURES, ...args], { cwd: folder });

test('the parts of a run are the whole run, on the command line and in the API', async () => {
  const whole = recordsIn((await predict('-q')).stdout);
  const parts = [];
  for (const i of [1, 2, 3]) {
    const { code } = await predict('-q', '--shard', `${i}/3`, '-o', `${i}.jsonl`);
    expect(code).toBe(0);
    parts.push(...recordsIn(readFileSync(path.join(folder, `${i}.jsonl`), 'utf8')));
  }
  expect(parts).toHaveLength(whole.length);
  expect(comparable(parts)).toEqual(comparable(whole));
  const second = [];
  for await (const { image } of predictFiles({
    model: SHAPES_MODEL,
    images: SHAPES_PICTURES,
    shard: '2/3',
  })) {
    second.push(image);
  }
  const said = recordsIn(readFileSync(path.join(folder, '2.jsonl'), 'utf8')).map(({ image }) => image);
  expect(second.sort()).toEqual(said.sort());
});

test('an output is continued with its own part only', async () => {
  const resume = (...part: string[]) => predict('-q', '--resume', '-o', 'part.jsonl', ...part);
  expect((await resume('--shard', '1/3')).code).toBe(0);
  const first = readFileSync(path.join(folder, 'part.jsonl'), 'utf8');
  const [other, whole, same] = [
    await resume('--shard', '2/3'),
    await resume(),
    await resume('--shard', '1/3'),
  ];
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringContaining('it is for part 1/3 of the pictures, not for part 2/3'),
  ]);
  expect([whole.code, whole.stderr]).toEqual([2, expect.stringContaining('not for all')]);
  expect(same.code).toBe(0);
  expect(readFileSync(path.join(folder, 'part.jsonl'), 'utf8')).toBe(first);
});

test('an empty part is a run of none', async () => {
  const one = path.join(SHAPES_PICTURES, '..', 'cls');
  const results = await Promise.all(
    [1, 2].map((i) =>
      runCli(['predict', '-m', SHAPES_MODEL, '-', '-q', '--shard', `${i}/2`], {
        stdin: `${one}/gone.jpg\n`,
      }),
    ),
  );
  expect(results.map(({ code, stdout }) => [code, recordsIn(stdout).length]).sort()).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

test.each(['0/4', '5/4', '1', '1/0', '-1/4', 'a/b', '1/4/2'])('refuses --shard %s', async (value) => {
  const { code, stderr } = await predict(`--shard=${value}`);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^fdeploy: --shard must be i\/n with i from 1 to n/);
});
