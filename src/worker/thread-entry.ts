import { WorkerLoop } from './loop.js';
import { parts, preload } from './parts.js';
import { threadTransport } from './thread-transport.js';

new WorkerLoop(threadTransport(), parts);
void preload();
