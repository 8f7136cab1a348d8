import { WorkerLoop } from '../../../../dist/worker/loop.js';
import { processTransport } from '../../../../dist/worker/process-transport.js';
import { parts } from './script.js';

new WorkerLoop(processTransport(), parts);
