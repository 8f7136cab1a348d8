/**
 * Puts what a run loads into a few files: 200 modules cost a start 300 ms, most of it for finding and reading them. The small
 * packages that every run needs are put in too, with their licences beside them; all others stay where npm puts them. The files
 * that Node is started with (the command line, workers, the children that prepare, measure and make thumbnails) become one line that
 * loads their bundle; everything else of dist/ stays what tsc wrote, for the API and for tests of single modules.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const ENTRIES = [
  'cli/main',
  'worker/thread-entry',
  'worker/process-entry',
  'runtime/backends/onnxruntime/prepare/child',
  'report/thumbnails/entry',
  'documents/pdf/thread-entry',
  'artifacts/text/pdf/thread-entry',
  'runtime/backends/onnxruntime/prepare/watchdog',
  'bench/measure-entry',
];
const BUNDLE = 'dist/bundle';
/** Packages that nearly every run loads, and what they load. */
const PACKED = [
  'commander',
  'env-paths',
  'fastest-levenshtein',
  'p-limit',
  'proper-lockfile',
  'tinyglobby',
  'yaml',
];

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

/** Imports of other packages than those packed stay as they are. */
const keepPackages = {
  name: 'keep-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path: name, importer }) => {
      const packed = PACKED.includes(name) || importer.includes('node_modules');
      return packed ? undefined : { path: name, external: true };
    });
  },
};

/** The licences of the packages that are part of the bundle. */
function writeLicences(files) {
  const folders = files.flatMap((file) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (name === undefined) throw new Error(`${folder} has no licence file`);
    return `${folder.slice('node_modules/'.length)}\n\n${readFileSync(path.join(folder, name), 'utf8')}`;
  });
  writeFileSync(path.join(BUNDLE, 'LICENCES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** An entry is a bundle of its own: what it shares with others would be many small files. @returns the files that went in */
async function bundle(entry) {
  const { metafile } = await build({
    entryPoints: { [entry.replaceAll('/', '-')]: path.join('src', `${entry}.ts`) },
    bundle: true,
    splitting: true, // what is loaded when it is needed
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // CommonJS packages ask for Node's modules by `require`, which a module has not.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    metafile: true,
    plugins: [keepAddresses, keepPackages],
    outdir: BUNDLE,
  });
  const up = '../'.repeat(entry.split('/').length - 1);
  writeFileSync(`dist/${entry}.js`, `import '${up}bundle/${entry.replaceAll('/', '-')}.js';\n`);
  return Object.keys(metafile.inputs);
}

rmSync(BUNDLE, { recursive: true, force: true });
const packed = [];
for (const entry of ENTRIES) packed.push(...(await bundle(entry)));
writeLicences(packed);
