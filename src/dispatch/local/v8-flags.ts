/**
 * V8's heap settings of workers, set when they start: Node warns about flags that change at runtime. The main process keeps
 * V8's defaults.
 */

/** JavaScript heap of a worker, without pixels and tensors. */
export const HEAP_MIB = 1024;

/**
 * Half of the part of that heap for what was just made. Pixels and tensors hang on small objects there and go with them: with
 * V8's own 16 two clones of a small network peaked at 167 to 188 MiB, with 4 at 168 to 179, with 1 at 121 to 138, at the
 * same CPU time a picture (12.9, 12.7 and 12.5 ms).
 */
export const SEMI_SPACE_MIB = 1;

/** Of a worker that is a process. With the last, Node 20 has `ArrayBuffer.prototype.transfer`; later versions have it anyway. */
export const WORKER_FLAGS = [
  `--max-old-space-size=${HEAP_MIB}`,
  `--max-semi-space-size=${SEMI_SPACE_MIB}`,
  ...('transfer' in ArrayBuffer.prototype ? [] : ['--harmony-rab-gsab-transfer']),
];
