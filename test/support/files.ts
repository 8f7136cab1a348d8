import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Everything below a folder: each file with what it holds, by its path. */
export function contentsOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names.map((name) => {
      const file = path.join(folder, name);
      return [name, lstatSync(file).isFile() ? readFileSync(file, 'latin1') : 'no file'];
    }),
  );
}
