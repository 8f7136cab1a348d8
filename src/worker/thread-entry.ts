import { WorkerLoop } from './loop.js';
import { parts } from './parts.js';
import { threadTransport } from './thread-transport.js';

new WorkerLoop(threadTransport(), parts);
