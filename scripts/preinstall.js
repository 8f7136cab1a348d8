/**
 * npm runs this when fdeploy and its dependencies are in place and before the dependencies' own scripts. Where
 * onnxruntime-node is fdeploy's own copy, as after `npm install -g`, two things are taken out of it:
 * - its install script, which fetches CUDA files that fdeploy does not use, from a server that is no npm registry;
 * - its libraries for other systems, two thirds of all that is installed.
 * A copy that other packages of a project may use as well is left alone. Nothing here makes an installation fail.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const { env } = process;
const folder = path.resolve(fileURLToPath(import.meta.url), '../..');
const own = path.join(folder, 'node_modules', 'onnxruntime-node');

/** Variables by which a user tells onnxruntime-node's script what to do. */
const ASKED = ['ONNXRUNTIME_NODE_INSTALL', 'ONNXRUNTIME_NODE_INSTALL_CUDA'].flatMap((name) => [
  name,
  `npm_config_${name.toLowerCase()}`,
]);

function emptyScript() {
  const script = path.join(own, 'script', 'install.js');
  if (!existsSync(script) || ASKED.some((name) => env[name])) return;
  writeFileSync(script, '// Emptied when fdeploy was installed: it does not use what this fetches.\n');
}

function removeOtherSystems() {
  const libraries = path.join(own, 'bin', 'napi-v6');
  const kept = path.join(
    libraries,
    env.npm_config_os || process.platform,
    env.npm_config_cpu || process.arch,
  );
  if (!existsSync(kept)) return;
  for (const system of readdirSync(libraries)) {
    for (const processor of readdirSync(path.join(libraries, system))) {
      const library = path.join(libraries, system, processor);
      if (library !== kept) rmSync(library, { recursive: true, force: true });
    }
  }
}

// In a clone of the repository the copy is npm's own affair.
if (path.basename(path.dirname(folder)) === 'node_modules' && existsSync(own)) {
  try {
    emptyScript();
    removeOtherSystems();
  } catch (error) {
    console.error(`onnxruntime-node is left as it is: ${error}`);
  }
}
