/** Bundles the report's page into two files beside the code that writes it: everything the page needs, for one classic script. */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const preact = JSON.parse(
  readFileSync(new URL('../../../node_modules/preact/package.json', import.meta.url), 'utf8'),
);

await build({
  entryPoints: { page: 'src/report/page/main.tsx' },
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'ascii',
  banner: { js: `/* With preact ${preact.version}, (c) Jason Miller, MIT licence. */` },
  outdir: 'dist/report',
});
await build({ entryPoints: { page: 'src/report/page/style.css' }, minify: true, outdir: 'dist/report' });

const script = readFileSync('dist/report/page.js', 'utf8');
if (/<\/script|<!--/i.test(script)) throw new Error('the page’s script holds what would end its element');
