import { createRequire } from 'node:module';

/** The version of onnxruntime, without loading it. */
export function onnxruntimeVersion(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return version;
}
