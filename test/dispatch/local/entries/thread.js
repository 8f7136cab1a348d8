import { WorkerLoop } from '../../../../dist/worker/loop.js';
import { threadTransport } from '../../../../dist/worker/thread-transport.js';
import { parts } from './script.js';

new WorkerLoop(threadTransport(), parts);
