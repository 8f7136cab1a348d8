#!/usr/bin/env node
// CommonJS (see package.json here): Node reads an ES module with libuv's threads, and their number is settled by then.
// Clones in threads share these threads for decoding, so there is one for each CPU; a second keeps files moving beside it.
import('node:os').then(({ availableParallelism }) => {
  process.env.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()));
  return import('../dist/cli/main.js');
});
