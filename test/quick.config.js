import config from '../jest.config.js';

/** What answers within a minute: neither whole runs and pipelines, nor hundreds of graphs, nor many processes. */
export default {
  ...config,
  rootDir: '..',
  testPathIgnorePatterns: [
    'test/(cli|artifacts/drawing|package|paddle|dispatch|report|runtime|tasks/ocr)/',
    'test/api/concurrent-calls',
    'test/docs/(api|readme)',
    'test/(api/predict-files|run/start-run)\\.test',
    'test/(outputs/lock|tasks/decode-fast|inspect/inspect|resume/journal|worker/[a-z]+|api/options)\\.test',
    'golden\\.test',
  ],
};
