/** Bundles the report's page into two files beside the code that writes it: everything the page needs, for one classic script. */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** A package that goes into the page, as its licence wants it named. */
function notice(name, holder) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  return `${name} ${version}, (c) ${holder}, MIT licence`;
}
const notices = [notice('preact', 'Jason Miller'), notice('@tanstack/virtual-core', 'Tanner Linsley')];

await build({
  entryPoints: { page: 'src/report/page/main.tsx' },
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'ascii',
  banner: { js: `/* With ${notices.join('; ')}. */` },
  outdir: 'dist/report',
});
await build({ entryPoints: { page: 'src/report/page/style.css' }, minify: true, outdir: 'dist/report' });

const script = readFileSync('dist/report/page.js', 'utf8');
if (/<\/script|<!--/i.test(script)) throw new Error('the page’s script holds what would end its element');
