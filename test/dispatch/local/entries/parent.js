import { ModelRun } from '../../../../dist/run/model-run.js';

/** A run in two processes that says who predicted each picture; made to be killed. */
const run = new ModelRun(
  {
    spec: { model: 'scripted', threads: 1, batchSize: 1, shareWeights: true },
    images: Array.from({ length: 1000 }, (_, i) => ({ image: `p${i}?wait=300` })),
    skip: new Set(),
    mode: 'process',
    workers: 2,
    ordered: false,
    retries: 1,
    failFast: false,
    artifacts: {},
    notify: () => undefined,
  },
  { task: 'classification', name: 'scripted', config: {}, runtimes: {}, decode: {} },
  new URL('process.js', import.meta.url),
  0,
);
for await (const { result } of run.records) console.log(Math.floor(result.classes[0].id / 1000));
