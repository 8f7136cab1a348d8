import config from '../../jest.config.js';
import { TARGETS } from './targets.js';

const { tests } = TARGETS[process.env.MUTATION_TARGET];

/** The tests of one target, in its order; a test that a fault makes hang is given up sooner. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: tests.flatMap((name) => [
    `<rootDir>/test/${name}.test.ts`,
    `<rootDir>/test/${name}/**/*.test.ts`,
  ]),
  testSequencer: '<rootDir>/test/mutation/sequencer.js',
  testTimeout: 30_000,
};
