/**
 * Puts what a run loads into a few files: 200 modules cost a start 300 ms, most of it for finding and reading them. The files
 * that Node is started with (the command line, workers, the children that prepare and measure) become one line that
 * loads their bundle; everything else of dist/ stays what tsc wrote, for the API and for tests of single modules.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const ENTRIES = [
  'cli/main',
  'worker/thread-entry',
  'worker/process-entry',
  'runtime/prepare/child',
  'bench/measure-entry',
];
const BUNDLE = 'dist/bundle';

/** A module's address of itself stays what it was, wherever its code went. */
const keepAddresses = {
  name: 'keep-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path: file }) => {
      const own = path.join('dist', path.relative('src', file)).replace(/ts$/, 'js');
      const address = path.relative(BUNDLE, own).split(path.sep).join('/');
      const contents = readFileSync(file, 'utf8').replaceAll(
        'import.meta.url',
        `new URL(${JSON.stringify(address)}, import.meta.url).href`,
      );
      return { contents, loader: 'ts' };
    });
  },
};

rmSync(BUNDLE, { recursive: true, force: true });
await build({
  entryPoints: Object.fromEntries(
    ENTRIES.map((entry) => [entry.replaceAll('/', '-'), path.join('src', `${entry}.ts`)]),
  ),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  plugins: [keepAddresses],
  outdir: BUNDLE,
});

for (const entry of ENTRIES) {
  const up = '../'.repeat(entry.split('/').length - 1);
  writeFileSync(`dist/${entry}.js`, `import '${up}bundle/${entry.replaceAll('/', '-')}.js';\n`);
}
