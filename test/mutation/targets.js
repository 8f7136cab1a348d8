/**
 * What `npm run test:mutation` can mutate: a folder of src/ and the tests that watch it, the fast ones first.
 * `inProcess`: the tests run the code in their own process, so that Stryker can tell which tests reach a mutant and runs only
 * those. Else each mutant meets all tests, also in the threads and child processes that they start.
 * `least`: the score that the folder is held to, in percent.
 */
export const TARGETS = {
  dispatch: {
    tests: [
      'dispatch/local/job-queue',
      'dispatch/local/outbox',
      'dispatch/local/work-clock',
      'dispatch/local/memory-watch',
      'dispatch/local/patience',
      'dispatch/local/slow-reader',
      'dispatch/local/random-deaths',
      'dispatch/local/pool',
      'dispatch/local/time-limits',
      'dispatch/local/crash',
    ],
    least: 80,
  },
  worker: {
    tests: ['worker/times', 'worker/loop', 'worker/files', 'dispatch/local/pool', 'dispatch/local/crash'],
  },
  resume: {
    tests: ['resume/settings', 'resume/journal', 'resume/edits', 'cli/resume', 'cli/endings'],
    least: 80,
  },
  sinks: {
    tests: [
      'sinks/round-trip',
      'sinks/text',
      'sinks/csv',
      'sinks/sinks',
      'sinks/coco',
      'cli/terminal',
      'cli/endings',
    ],
    least: 80,
  },
  sources: {
    tests: ['sources/list-sources', 'sources/walk-root', 'cli/predict'],
  },
  artifacts: {
    tests: [
      'artifacts/artifact-file',
      'artifacts/drawing',
      'worker/files',
      'tasks/segmentation',
      'cli/drawing',
    ],
  },
  'runtime/cache': {
    tests: ['runtime/content', 'runtime/cache', 'runtime/damage', 'runtime/lock', 'cli/commands'],
    least: 80,
  },
  ops: {
    tests: ['ops', 'tasks/classification', 'tasks/detection', 'tasks/segmentation'],
    inProcess: true,
    least: 70,
  },
  'tasks/ocr': { tests: ['tasks/ocr', 'tasks/not-finite'], inProcess: true, least: 80 },
  'tasks/classification': {
    tests: ['tasks/classification', 'tasks/not-finite', 'tasks/staged-model'],
    inProcess: true,
    least: 70,
  },
  'tasks/detection': {
    tests: [
      'tasks/detection/config',
      'tasks/detection/outputs',
      'tasks/detection/preprocess',
      'tasks/detection/graphs',
      'tasks/detection/postprocess',
      'tasks/detection/golden',
      'tasks/not-finite',
    ],
    inProcess: true,
    least: 70,
  },
  'tasks/segmentation': {
    tests: [
      'tasks/segmentation/config',
      'tasks/segmentation/preprocess',
      'tasks/segmentation/graphs',
      'tasks/segmentation/postprocess',
      'tasks/segmentation/golden',
      'tasks/not-finite',
    ],
    inProcess: true,
    least: 70,
  },
};
