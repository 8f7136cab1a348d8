/** What V8 is told of the heaps of a run's threads and processes. */

/** JavaScript heap of a worker; pixels and tensors lie outside of it. */
export const HEAP_MIB = 1024;

/**
 * Half of the part of that heap for what was just made. Pixels and tensors hang on small objects there and go with them: with
 * V8's own 16 two clones of a small network peaked at 167 to 188 MiB, with 4 at 168 to 179, with 1 at 121 to 138, at the
 * same CPU time a picture (12.9, 12.7 and 12.5 ms).
 */
export const SEMI_SPACE_MIB = 1;

/** With it Node 20 knows `ArrayBuffer.prototype.transfer`, by which pixels are released; later versions do by themselves. */
const TRANSFER_FLAGS = 'transfer' in ArrayBuffer.prototype ? [] : ['--harmony-rab-gsab-transfer'];

/** Of a worker that is a process. */
export const WORKER_FLAGS = [
  `--max-old-space-size=${HEAP_MIB}`,
  `--max-semi-space-size=${SEMI_SPACE_MIB}`,
  ...TRANSFER_FLAGS,
];

/**
 * Of the process that reads the records, before its worker threads start. Records pass through it and are gone: a larger young
 * generation only keeps their garbage, 25 MiB of it after 5,000 pictures on Node 20 and more on later ones.
 */
export const RUN_FLAGS = ['--semi-space-growth-factor=1', ...TRANSFER_FLAGS];

/** From so many pictures on a run is long: what it holds counts for more than when its first picture is answered. */
export const LONG_RUN_PICTURES = 100;

/**
 * Of a long run's worker threads, before they start. V8 optimises code, and collects what was just made, with four threads of its
 * own. All cores are busy anyway, and each of these threads keeps memory: 3 ResNet50-sized thread clones peak at 283 to 294 MiB
 * with them and at 271 to 274 without, at the same speed. But a worker starts some 80 ms later.
 */
export const LONG_RUN_FLAGS = ['--no-concurrent-recompilation', '--no-parallel-scavenge'];
