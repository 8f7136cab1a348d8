import type { NativePath } from '#src/sources/paths.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { jest } from '@jest/globals';
import { tempFolder } from '../support/temp.js';

async function all(walk: AsyncIterable<NativePath>): Promise<NativePath[]> {
  const found: NativePath[] = [];
  for await (const picture of walk) found.push(picture);
  return found;
}

/** Stands for the root of the file system: the real one is too large to be walked in a test. */
const root = tempFolder();
const inRoot = (file: string): string => path.join(root, file);
jest.unstable_mockModule('node:fs/promises', () => ({
  readdir: (folder: string, options: { withFileTypes: true }) => readdir(inRoot(folder), options),
  realpath: async (file: string) => path.join('/', path.relative(root, await realpath(inRoot(file)))),
  stat: (file: string, options?: object) => stat(inRoot(file), options),
}));
const { LeftOut } = await import('#src/sources/left-out.js');
const { walkPictures } = await import('#src/sources/walk.js');

test('the root of the file system is walked like any folder', async () => {
  mkdirSync(inRoot('photos/deep'), { recursive: true });
  for (const name of ['a.jpg', 'photos/b.png', 'photos/deep/c.webp']) writeFileSync(inRoot(name), '');
  const pictures = ['/a.jpg', '/photos/b.png', '/photos/deep/c.webp'];
  expect(await all(walkPictures('/', new LeftOut()))).toEqual(pictures);
  expect(await all(walkPictures('/photos', new LeftOut()))).toEqual(pictures.slice(1));
});
