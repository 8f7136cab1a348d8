import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processor } from '#src/machine/processor.js';
import { tempFolder } from '../support/temp.js';

function featuresOf(cpuinfo: string, architecture: string) {
  const root = tempFolder();
  mkdirSync(path.join(root, 'proc'));
  writeFileSync(path.join(root, 'proc/cpuinfo'), cpuinfo);
  return processor(root, architecture).features;
}

// Lines of real processors, shortened to the flags that matter.
test.each<[string, string, string, Record<string, boolean>]>([
  [
    'Sapphire Rapids',
    'x64',
    'processor\t: 0\nflags\t\t: fpu sse2 avx2 avx512f avx512_vnni avx512_bf16 amx_bf16 amx_tile amx_int8\n',
    { avx2: true, avx512: true, vnni: true, bf16: true, amx: true },
  ],
  [
    'Alder Lake',
    'x64',
    'processor\t: 0\nflags\t\t: fpu sse2 avx2 avx_vnni\n',
    { avx2: true, avx512: false, vnni: true, bf16: false, amx: false },
  ],
  [
    'Neoverse V1',
    'arm64',
    'processor\t: 0\nFeatures\t: fp asimd asimddp sve i8mm bf16\n',
    { dotprod: true, i8mm: true, bf16: true, sve: true },
  ],
])('%s', (_, architecture, cpuinfo, features) => {
  expect(featuresOf(cpuinfo, architecture)).toEqual(features);
});

test('a system that does not list instructions', () => {
  expect(featuresOf('', 'x64')).toBeUndefined();
});
