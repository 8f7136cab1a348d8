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
  // The helpers in test/support are TypeScript, imported by the name that their compiled file would have.
  moduleNameMapper: { '^(\\.{1,2}/(?:.*/)?support/[^/]+)\\.js$': '$1.ts' },
  testTimeout: 120_000,
  cacheDirectory: '<rootDir>/.jest-cache',
};
