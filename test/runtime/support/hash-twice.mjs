/** Hashes a file, rewrites it within the same two seconds and hashes it again: `node hash-twice.mjs <file>`. Prints one line of JSON. */
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { contentHash } from '#src/runtime/prepared-models.js';

const [file] = process.argv.slice(2);
const hash = () => contentHash({ kind: 'onnx', file }, process.env.FDEPLOY_CACHE);

const bytes = readFileSync(file);
for (;;) {
  writeFileSync(file, bytes);
  const { atime, mtime, ctimeMs } = statSync(file);
  const first = await hash();
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
  if (statSync(file).ctimeMs !== ctimeMs) continue; // the two seconds were over meanwhile
  console.log(JSON.stringify([first, await hash()]));
  break;
}
