/**
 * Imports run one way:
 * contracts <- files, machine <- archives, ops, config, onnx, paddle, sources <- images <- documents,
 * artifacts, runtime <- tasks <- worker;
 * contracts <- dispatch, sinks <- resume <- run <- api, cli; images <- report <- cli; tasks <- inspect <- cli.
 */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: { path: '^src/', pathNot: [`^src/${from}`, ...allowed.map((folder) => `^src/${folder}`)] },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      // The page and the start-up files are bundled when the package is built.
      from: { path: '^src/', pathNot: '^src/report/page/' },
      // Optional packages are peer and development dependencies.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'only-the-index-at-the-top',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+$', pathNot: '^src/index\\.ts$' },
    },
    {
      name: 'a-runtime-in-its-backend-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/runtime/backends/onnxruntime/' },
      to: { path: 'onnxruntime-(node|common)' },
    },
    {
      name: 'a-queue-in-its-folders-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(dispatch/queue|serve)/' },
      to: { path: 'node_modules/(bullmq|ioredis|zod)/' },
    },
    {
      name: 's3-in-its-folder-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sources/remote/s3/' },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'openvino-in-its-backend-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/runtime/backends/openvino/' },
      to: { path: 'node_modules/koffi' },
    },
    only('contracts-know-nobody', 'contracts/', []),
    only('files', 'files/', ['contracts/']),
    only('machine', 'machine/', ['contracts/']),
    only('ops', 'ops/', ['contracts/']),
    only('archives', 'archives/', ['contracts/', 'files/']),
    only('hub', 'hub/', ['contracts/', 'files/', 'archives/']),
    only('config', 'config/', ['contracts/', 'files/', 'machine/', 'archives/', 'hub/']),
    only('onnx', 'onnx/', ['contracts/', 'files/']),
    only('paddle', 'paddle/', ['contracts/', 'files/', 'onnx/']),
    only('sources', 'sources/', ['contracts/', 'files/']),
    only('images', 'images/', ['contracts/', 'files/', 'ops/', 'sources/']),
    only('documents', 'documents/', ['contracts/', 'files/', 'sources/', 'images/']),
    only('artifacts', 'artifacts/', ['contracts/', 'files/', 'ops/', 'images/', 'documents/', 'sources/']),
    only('runtime', 'runtime/', ['contracts/', 'files/', 'machine/', 'config/', 'onnx/', 'paddle/']),
    only('tasks', 'tasks/', ['contracts/', 'files/', 'config/', 'ops/', 'images/', 'runtime/']),
    only('worker', 'worker/', ['contracts/', 'sources/', 'images/', 'documents/', 'tasks/', 'artifacts/']),
    only('dispatch', 'dispatch/', ['contracts/', 'machine/', 'worker/', 'sources/']),
    only('serve', 'serve/', [
      'contracts/',
      'config/',
      'machine/',
      'sources/',
      'runtime/',
      'tasks/',
      'dispatch/',
      'resume/',
    ]),
    only('outputs', 'outputs/', ['contracts/', 'files/', 'config/', 'images/', 'sources/', 'artifacts/']),
    only('sinks', 'sinks/', ['contracts/', 'files/']),
    only('resume', 'resume/', ['contracts/', 'files/', 'sinks/', 'sources/']),
    only('run', 'run/', ['contracts/', 'config/', 'machine/', 'tasks/']),
    only('inspect', 'inspect/', ['contracts/', 'config/', 'tasks/', 'runtime/']),
    only('doctor', 'doctor/', ['contracts/', 'files/', 'machine/', 'config/', 'runtime/']),
    only('report', 'report/', ['contracts/', 'files/', 'ops/', 'images/', 'documents/', 'outputs/']),
    only('bench', 'bench/', ['contracts/', 'machine/', 'images/', 'runtime/', 'tasks/', 'dispatch/']),
    only('quantize', 'quantize/', [
      'contracts/',
      'files/',
      'config/',
      'images/',
      'onnx/',
      'runtime/',
      'tasks/',
    ]),
    only('api', 'api/', [
      'contracts/',
      'config/',
      'sources/',
      'documents/',
      'outputs/',
      'dispatch/',
      'run/',
      'tasks/',
    ]),
    {
      name: 'cli-is-the-top',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
