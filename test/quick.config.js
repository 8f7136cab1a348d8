import config from '../jest.config.js';

/** What answers within a minute: neither whole runs and pipelines, nor hundreds of graphs, nor many processes. */
export default {
  ...config,
  rootDir: '..',
  testPathIgnorePatterns: [
    'test/(cli|drawing|package|paddle|pool|report|runtime|tasks/ocr)/',
    'test/api/concurrent-calls',
    'test/docs/(api|readme)',
    'test/(predict-files|run)\\.test',
    'test/(outputs/lock|tasks/decode-fast|inspect/inspect|hostile-models|resume/journal|worker/[a-z]+|api/options)\\.test',
    'golden\\.test',
  ],
};
