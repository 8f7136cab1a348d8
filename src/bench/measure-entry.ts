/** A fresh process that measures one case and ends. */
import { serializeError } from '../contracts/errors.js';
import { configureProcess } from '../runtime/index.js';
import type { MeasureJob, MeasureReply } from './case.js';
import { measure } from './measure.js';

configureProcess();
process.once('message', (job: MeasureJob) => {
  void measure(job)
    .then(
      (figures): MeasureReply => ({ figures }),
      (error: unknown): MeasureReply => ({ error: serializeError(error) }),
    )
    .then((reply) => {
      process.send?.(reply, () => {
        process.disconnect();
      });
    });
});
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGKILL'); // whatever a clone is at
});
