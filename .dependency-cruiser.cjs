/** Imports run one way: contracts <- files <- ops, config, onnx, paddle <- runtime, images <- tasks <- drawing, worker; contracts <- pool, sinks <- resume <- run <- cli; images <- report <- cli; tasks <- inspect <- cli. */
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
      from: { path: '^src/', pathNot: '^src/(report/page/|bundle\\.js$)' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    {
      name: 'onnxruntime-in-runtime-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/runtime/' },
      to: { path: 'onnxruntime' },
    },
    only('contracts-know-nobody', 'contracts/', []),
    only('files', 'files/', ['contracts/']),
    only('ops', 'ops/', ['contracts/']),
    only('config', 'config/', ['contracts/', 'files/']),
    only('onnx', 'onnx/', ['contracts/', 'files/']),
    only('paddle', 'paddle/', ['contracts/', 'files/', 'onnx/']),
    only('runtime', 'runtime/', ['contracts/', 'files/', 'config/', 'onnx/', 'paddle/']),
    only('images', 'images/', ['contracts/', 'files/', 'ops/']),
    only('tasks', 'tasks/', ['contracts/', 'files/', 'config/', 'ops/', 'images/', 'runtime/']),
    only('drawing', 'drawing/', ['contracts/', 'files/', 'ops/', 'images/']),
    only('worker', 'worker/', ['contracts/', 'images/', 'tasks/', 'drawing/']),
    only('pool', 'pool/', ['contracts/']),
    only('outputs', 'outputs/', ['contracts/', 'files/', 'config/', 'images/']),
    only('sinks', 'sinks/', ['contracts/', 'files/']),
    only('resume', 'resume/', ['contracts/', 'files/', 'sinks/']),
    only('inspect', 'inspect/', ['contracts/', 'config/', 'tasks/', 'runtime/']),
    only('report', 'report/', ['contracts/', 'files/', 'ops/', 'images/', 'outputs/']),
    only('bench', 'bench/', ['contracts/', 'config/', 'images/', 'tasks/', 'worker/', 'pool/']),
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
