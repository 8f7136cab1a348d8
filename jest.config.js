/** Tests run against the build in dist/, so that workers, forks and the command line are what ships. */
export default {
  testEnvironment: './test/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 120_000,
  cacheDirectory: '<rootDir>/.jest-cache',
};
