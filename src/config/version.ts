import { createRequire } from 'node:module';

/** The version of fdeploy. */
export function fdeployVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return version;
}
