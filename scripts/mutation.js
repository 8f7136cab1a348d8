/**
 * Plants small faults in a folder of src/, one at a time, and tells which of them no test notices.
 *
 *   npm run test:mutation -- <folder> [--sample <n>] [--seed <n>] [--file <part of a name>] [--concurrency <n>] [--update]
 *
 * Stryker makes the faults and runs the tests: docs/testing.md. `--sample` tries about n of them, drawn by `--seed`; `--file`
 * tries one file's; `--concurrency` tries n at a time (default: 1); `--update` writes the result to test/mutation/baseline.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { globSync } from 'tinyglobby';
import { TARGETS } from '../test/mutation/targets.js';

const BASELINE = 'test/mutation/baseline.json';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', default: '' },
    concurrency: { type: 'string', default: '1' },
    update: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
const target = TARGETS[folder];
if (!target) {
  console.error(
    `usage: npm run test:mutation -- <folder> [--sample <n>]: ${Object.keys(TARGETS).join(', ')}`,
  );
  process.exit(2);
}
const files = globSync(`src/${folder}/**/*.ts`).filter((name) => name.includes(values.file));

/** Numbers from 0 to 1, the same for a seed (mulberry32). */
function* random(seed) {
  for (let state = seed; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    yield ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** Every fault that Stryker makes in the files. */
async function allMutants() {
  const silent = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {} };
  const sources = files.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  return (await new Instrumenter(silent).instrument(sources, options)).mutants;
}

const isBefore = (a, b) => a.line < b.line || (a.line === b.line && a.column <= b.column);
const isInside = (inner, outer) =>
  inner.fileName === outer.fileName &&
  isBefore(outer.location.start, inner.location.start) &&
  isBefore(inner.location.end, outer.location.end);

/** Parts of files with about `count` mutants: a mutant that is drawn brings those inside it along. */
async function sampled(count, seed) {
  const mutants = await allMutants();
  const numbers = random(seed);
  const taken = new Set();
  const parts = [];
  for (let draws = 0; taken.size < count && draws < 100 * count; draws++) {
    const drawn = mutants[Math.floor(numbers.next().value * mutants.length)];
    const group = mutants.filter((mutant) => isInside(mutant, drawn));
    if (taken.has(drawn) || group.length > Math.max(1, count / 10)) continue;
    for (const mutant of group) taken.add(mutant);
    const { start, end } = drawn.location;
    parts.push(`${drawn.fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`);
  }
  return parts;
}

process.env.MUTATION_TARGET = folder;
const stryker = new Stryker({
  mutate: values.sample ? await sampled(Number(values.sample), Number(values.seed)) : files,
  // The sandbox lies in the repository, whose node_modules it finds.
  buildCommand: 'npm run build:code',
  symlinkNodeModules: false,
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
  coverageAnalysis: target.inProcess ? 'perTest' : 'off',
  concurrency: Number(values.concurrency),
  maxTestRunnerReuse: 20,
  ignorePatterns: ['dist', '.jest-cache', 'coverage'],
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false, reportScoreTable: false },
  allowConsoleColors: false,
});
const results = await stryker.runMutationTest();

const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
const noticed = count('Killed', 'Timeout');
const mutants = noticed + count('Survived', 'NoCoverage');
const score = Math.round((1000 * noticed) / mutants) / 10;
console.log(`${folder}: ${noticed} of ${mutants} noticed, ${score} % (asked: ${target.least ?? 'nothing'})`);
if (values.update) {
  const baseline = JSON.parse(readFileSync(BASELINE, 'utf8'));
  const sample = values.sample ? { sample: Number(values.sample), seed: Number(values.seed) } : {};
  baseline[folder] = { score, noticed, mutants, ...sample };
  writeFileSync(BASELINE, `${JSON.stringify(baseline, undefined, 2)}\n`);
}
if (score < (target.least ?? 0)) process.exitCode = 1;
