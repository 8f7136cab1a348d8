import { WorkerLoop } from './loop.js';
import { parts, preload } from './parts.js';
import { processTransport } from './process-transport.js';

new WorkerLoop(processTransport(), parts);
void preload();
