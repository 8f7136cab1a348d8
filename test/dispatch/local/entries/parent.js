import { Pool } from '../../../../dist/dispatch/local/pool.js';
import { JobFeed } from '../../../../dist/run/job-feed.js';
import { ModelRun } from '../../../../dist/run/model-run.js';

async function* sources() {
  for (let i = 0; i < 1000; i++) {
    const name = `p${i}?wait=300`;
    yield { name, locator: { kind: 'file', path: name } };
  }
}

/** A run in two processes that says who predicted each picture; made to be killed. */
const run = new ModelRun(
  {
    spec: { model: 'scripted', threads: 1, batchSize: 1, shareWeights: true },
    feed: await JobFeed.open(sources()),
    dispatch: (request) => new Pool({ ...request, entry: new URL('process.js', import.meta.url) }),
    mode: 'process',
    workers: 2,
    ordered: false,
    retries: 1,
    failFast: false,
    artifacts: {},
    notify: () => undefined,
  },
  { task: 'classification', name: 'scripted', config: {}, runtimes: {}, decode: {} },
  0,
);
for await (const { result } of run.records) console.log(Math.floor(result.classes[0].id / 1000));
