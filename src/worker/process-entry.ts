import { WorkerLoop } from './loop.js';
import { makeParts, preload } from './parts.js';
import { processTransport } from './process-transport.js';

const transport = processTransport();
new WorkerLoop(transport, makeParts(transport));
void preload();
