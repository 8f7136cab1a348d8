import { WorkerLoop } from './loop.js';
import { makeParts, preload } from './parts.js';
import { threadTransport } from './thread-transport.js';

const transport = threadTransport();
new WorkerLoop(transport, makeParts(transport));
void preload();
