import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { jest } from '@jest/globals';
import { tempFolder } from '../support/temp.js';

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
  const all = ['/a.jpg', '/photos/b.png', '/photos/deep/c.webp'];
  expect(await walkPictures('/', new LeftOut())).toEqual(all);
  expect(await walkPictures('/photos', new LeftOut())).toEqual(all.slice(1));
});
