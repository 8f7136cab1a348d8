import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { openRegularFile, readRegularFile, UnfitFile } from '#src/files/guarded-file.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const inside = (name: string): string => path.join(folder, name);

async function refused(file: string, maxBytes?: number): Promise<Pick<UnfitFile, 'fault' | 'message'>> {
  const error: unknown = await readRegularFile(file, maxBytes === undefined ? {} : { maxBytes }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UnfitFile);
  const { fault, message } = error as UnfitFile;
  return { fault, message };
}

test('a file and a link to one are read whole', async () => {
  writeFileSync(inside('file'), 'abc');
  symlinkSync('file', inside('link'));
  expect((await readRegularFile(inside('file'))).toString()).toBe('abc');
  expect((await readRegularFile(inside('link'), { maxBytes: 3 })).toString()).toBe('abc');
});

test('a directory, a missing file and a link to nothing are refused', async () => {
  mkdirSync(inside('folder'));
  symlinkSync('nothing', inside('dangling'));
  expect(await refused(inside('folder'))).toEqual({
    fault: 'irregular',
    message: `${inside('folder')} is a directory, not a file`,
  });
  expect(await refused(inside('none'))).toEqual({
    fault: 'missing',
    message: `${inside('none')} does not exist`,
  });
  expect(await refused(inside('dangling'))).toEqual({
    fault: 'dangling',
    message: `${inside('dangling')} is a link to a file that does not exist`,
  });
  expect(await refused(inside('n'.repeat(300)))).toMatchObject({
    fault: 'unreadable',
    message: expect.stringMatching(/cannot be read: the name is too long$/) as string,
  });
});

test('a file past its limit is refused before it is read', async () => {
  writeFileSync(inside('sparse'), '');
  truncateSync(inside('sparse'), 2 ** 40);
  expect(await refused(inside('sparse'), 1000)).toEqual({
    fault: 'too large',
    message: `${inside('sparse')} has ${2 ** 40} bytes; at most 1000 are read`,
  });
});

(process.platform === 'win32' ? describe.skip : describe)('what would hang or never end', () => {
  test('a named pipe, also behind a link', async () => {
    execFileSync('mkfifo', [inside('pipe')]);
    symlinkSync('pipe', inside('to-pipe'));
    for (const name of ['pipe', 'to-pipe']) {
      expect(await refused(inside(name))).toEqual({
        fault: 'irregular',
        message: `${inside(name)} is a named pipe, not a file`,
      });
      expect(() => openRegularFile(inside(name))).toThrow(UnfitFile);
    }
  });

  test('a device and a socket', async () => {
    symlinkSync('/dev/zero', inside('zero'));
    expect(await refused(inside('zero'))).toMatchObject({
      message: `${inside('zero')} is a device, not a file`,
    });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(inside('socket'), resolve));
    expect(await refused(inside('socket'))).toMatchObject({
      message: `${inside('socket')} is a socket, not a file`,
    });
    await new Promise((resolve) => server.close(resolve));
  });
});
