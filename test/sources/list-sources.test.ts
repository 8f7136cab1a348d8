import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { listImages } from '../support/list-images.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const home = process.cwd();
const latin1 = Buffer.concat([Buffer.from('bytes/caf'), Buffer.from([0xe9]), Buffer.from('.jpg')]);
const onLinux = process.platform === 'linux' ? test : test.skip; // other systems hold names to UTF-8

function write(...names: (string | Buffer)[]): void {
  for (const name of names) {
    mkdirSync(path.dirname(name.toString()), { recursive: true });
    writeFileSync(name, '');
  }
}

beforeAll(() => {
  process.chdir(folder);
  write('photos/b.JPG', 'photos/a.png', 'photos/notes.txt', 'photos/.hidden.jpg', 'photos/.git/x.jpg');
  write('photos/deep/er/c.webp', 'photos/folder.jpg/d.bmp', 'photos/z.tiff', 'photos-2/e.gif');
  write('odd/[1].jpg', 'odd/two\nlines.jpg', 'odd/"quoted" \'name\'.jpg', `odd/${'n'.repeat(240)}.jpg`);
  mkdirSync('empty');
  write('text/readme.txt');
});

afterAll(() => {
  process.chdir(home);
});

async function list(...args: string[]): Promise<string[]> {
  return (await listImages({ arguments: args })).map(({ image }) => image);
}

const PHOTOS = [
  'photos/a.png',
  'photos/b.JPG',
  'photos/deep/er/c.webp',
  'photos/folder.jpg/d.bmp',
  'photos/z.tiff',
];

describe('folders', () => {
  test('are walked for picture endings, sorted by path, hidden names left out', async () => {
    expect(await list('photos')).toEqual(PHOTOS);
    expect(await list('photos/')).toEqual(PHOTOS);
    expect(await list('./photos')).toEqual(PHOTOS.map((image) => `./${image}`));
  });

  test('that are called like a picture are walked', async () => {
    expect(await list('photos/folder.jpg')).toEqual(['photos/folder.jpg/d.bmp']);
  });

  test('that are hidden are walked where they are named', async () => {
    expect(await list('photos/.git')).toEqual(['photos/.git/x.jpg']);
  });

  test.each(['empty', 'text'])('without a picture are an error: %s', async (name) => {
    await expect(list('photos', name)).rejects.toMatchObject({ code: 'NO_IMAGES', file: name });
    await expect(list(name)).rejects.toThrow(`the folder '${name}' holds no picture`);
  });

  test('keep the order of the arguments', async () => {
    expect(await list('photos-2', 'photos/z.tiff', 'photos')).toEqual([
      'photos-2/e.gif',
      'photos/z.tiff',
      ...PHOTOS.slice(0, -1),
    ]);
  });
});

describe('what folders hold beside pictures', () => {
  const within = (name: string): string => `mixed/${name}`;
  beforeAll(() => {
    write(
      ...['a.jpg', '1.pdf', '2.pdf', '3.PDF', '4.heic', '5.heic', 'README'].map((name) => `mixed/${name}`),
    );
    write('mixed/.hidden.png', 'mixed/.DS_Store', 'mixed/deep/6.mp4', 'mixed/deep/b.png');
    write('papers/1.pdf', 'papers/deep/2.svg', 'papers/deep/3.svg');
  });
  const said = async (...args: string[]): Promise<string[]> => {
    const sentences: string[] = [];
    await listImages({ arguments: args, noPdf, notify: (sentence) => sentences.push(sentence) });
    return sentences;
  };
  const noPdf = 'PDF files need something';

  test('is counted by its endings', async () => {
    const all = '3 .pdf, 2 .heic, 1 .mp4, 1 without an ending, 1 hidden';
    expect(await said('mixed')).toEqual([
      `the folders hold other files, which are left out: ${all}; ${noPdf}`,
    ]);
    expect(await said('mixed', 'mixed/deep', 'mixed/*')).toEqual(await said('mixed'));
    expect(await said('mixed/a.jpg', 'photos-2')).toEqual([]);
  });

  test('is named where they hold no picture', async () => {
    await expect(listImages({ arguments: ['papers'], noPdf })).rejects.toThrow(
      `the folder 'papers' holds no picture, but 2 .svg, 1 .pdf; ${noPdf} (`,
    );
  });

  test('PDFs are listed where they can be read', async () => {
    expect(await list('papers')).toEqual(['papers/1.pdf']);
    expect(await list('mixed/*')).toEqual(['1.pdf', '2.pdf', '3.PDF', 'a.jpg', 'deep/b.png'].map(within));
    expect(await list('papers/missing.pdf')).toEqual(['papers/missing.pdf']);
  });

  test.each(['papers/1.pdf', 'mixed/*.pdf', '{papers,mixed}/*.PDF'])(
    'a PDF that is named is an error where it cannot be read: %s',
    async (argument) => {
      await expect(listImages({ arguments: [argument], noPdf })).rejects.toMatchObject({
        code: 'PACKAGE_MISSING',
        message: `'${argument}' cannot be read: ${noPdf}`,
      });
    },
  );

  test('a PDF of a list is given, for its record to say that it cannot be read', async () => {
    write('lines.txt');
    writeFileSync('lines.txt', 'papers/1.pdf\n');
    expect(await listImages({ arguments: [], fromFile: 'lines.txt', noPdf })).toEqual([
      { image: 'papers/1.pdf' },
    ]);
  });
});

describe('links', () => {
  beforeAll(() => {
    write('links/real/1.jpg', 'elsewhere/2.jpg');
    symlinkSync('..', 'links/real/loop');
    symlinkSync('real', 'links/a-second-name');
    symlinkSync('../elsewhere', 'links/outside');
    symlinkSync('real/1.jpg', 'links/one.jpg');
    symlinkSync('nowhere', 'links/broken.jpg');
    symlinkSync('nowhere', 'links/broken');
  });
  const all = ['links/broken.jpg', 'links/one.jpg', 'links/outside/2.jpg', 'links/real/1.jpg'];

  test('are followed, each folder walked once under its own name; a broken picture stays', async () => {
    expect(await list('links')).toEqual(all);
  });

  test('to one folder elsewhere: the first name wins', async () => {
    mkdirSync('several');
    for (const name of ['c', 'a', 'e', 'b', 'd']) symlinkSync('../elsewhere', `several/${name}`);
    expect(await list('several')).toEqual(['several/a/2.jpg']);
  });

  test('end in patterns too', async () => {
    expect(await list('links/*')).toEqual(['links/broken.jpg', 'links/one.jpg', 'links/real/1.jpg']);
    expect(await list('links/*/*.jpg')).toEqual([
      'links/a-second-name/1.jpg',
      'links/outside/2.jpg',
      'links/real/1.jpg',
    ]);
    expect(await list('links/**/[12].jpg')).toEqual(
      expect.arrayContaining(['links/outside/2.jpg', 'links/real/1.jpg']),
    );
  });
});

describe('patterns', () => {
  test('give pictures only, sorted by path', async () => {
    expect(await list('photos/*.{png,JPG}')).toEqual(['photos/a.png', 'photos/b.JPG']);
    expect(await list('phot*/*.*')).toEqual([
      'photos-2/e.gif',
      'photos/a.png',
      'photos/b.JPG',
      'photos/folder.jpg/d.bmp',
      'photos/z.tiff',
    ]);
    expect(await list('**/*.webp')).toEqual(['photos/deep/er/c.webp']);
    expect(await list(`${folder}/photos/?.png`)).toEqual([`${folder}/photos/a.png`]);
  });

  test('without a picture are an error', async () => {
    await expect(list('photos/*.jpeg')).rejects.toThrow("the pattern 'photos/*.jpeg' matches nothing");
    await expect(list('text/*')).rejects.toThrow("'text/*' matches 1 file, which is no picture");
  });

  test('are names where a file is called so', async () => {
    expect(await list('odd/[1].jpg')).toEqual(['odd/[1].jpg']);
  });
});

describe('names', () => {
  test('with newlines, quotes and 240 characters stay whole', async () => {
    expect(await list('odd')).toEqual([
      'odd/"quoted" \'name\'.jpg',
      'odd/[1].jpg',
      `odd/${'n'.repeat(240)}.jpg`,
      'odd/two\nlines.jpg',
    ]);
  });

  test('that stand there twice are taken once', async () => {
    expect(await list('photos/a.png', './photos/a.png', 'photos/../photos/a.png', 'photos/*.png')).toEqual([
      'photos/a.png',
    ]);
  });

  test('of a missing picture stay, of a missing folder are an error', async () => {
    expect(await list('photos/gone.jpg', `${'x'.repeat(300)}.jpg`)).toEqual([
      'photos/gone.jpg',
      `${'x'.repeat(300)}.jpg`,
    ]);
    await expect(list('photo')).rejects.toThrow("there is no file or folder 'photo'");
  });

  test('without a known ending are taken where the file is named', async () => {
    expect(await list('text/readme.txt')).toEqual(['text/readme.txt']);
  });

  onLinux('that are not UTF-8 keep their bytes', async () => {
    write(latin1, 'bytes/b.jpg');
    const expected = [
      { image: 'bytes/b.jpg' },
      { image: 'bytes/caf\uFFFD.jpg', imageBytes: latin1.toString('base64') },
    ];
    expect(await listImages({ arguments: ['bytes'] })).toEqual(expected);
    expect(await listImages({ arguments: ['bytes/*.jpg'] })).toEqual(expected);
    // as the shell hands the name over: Node has made text of its bytes
    expect(await listImages({ arguments: ['bytes/b.jpg', latin1.toString()] })).toEqual(expected);
    const stdin = Readable.from([Buffer.concat([Buffer.from('bytes/b.jpg\n'), latin1])]);
    expect(await listImages({ arguments: ['-'], stdin })).toEqual(expected);
  });

  onLinux('of folders that are not UTF-8 keep their bytes', async () => {
    const inside = Buffer.concat([Buffer.from('latin/'), Buffer.from([0xe4, 0xf6]), Buffer.from('/x.jpg')]);
    mkdirSync(inside.subarray(0, -6), { recursive: true });
    write(inside);
    const expected = [{ image: 'latin/\uFFFD\uFFFD/x.jpg', imageBytes: inside.toString('base64') }];
    expect(await listImages({ arguments: ['latin'] })).toEqual(expected);
    expect(await listImages({ arguments: ['latin/*'] })).toEqual(expected);
  });
});

describe('lists', () => {
  const fromStdin = async (text: string, ...more: string[]): Promise<string[]> =>
    (await listImages({ arguments: ['-', ...more], stdin: Readable.from([Buffer.from(text)]) })).map(
      ({ image }) => image,
    );

  test('on stdin hold one path a line, missing pictures and folders included', async () => {
    expect(await fromStdin('z.jpg\r\n\nphotos/*.png\nno ending\nphotos-2\nz.jpg\na.jpg')).toEqual([
      'z.jpg',
      'photos/*.png',
      'no ending',
      'photos-2/e.gif',
      'a.jpg',
    ]);
  });

  test('are separated by NUL bytes where they have any', async () => {
    expect(await fromStdin('odd/two\nlines.jpg\0b.jpg\0')).toEqual(['odd/two\nlines.jpg', 'b.jpg']);
  });

  test('that are empty name nothing and are no error', async () => {
    expect(await fromStdin('')).toEqual([]);
    expect(await fromStdin('', 'photos-2')).toEqual(['photos-2/e.gif']);
  });

  test('come from files, behind the arguments', async () => {
    writeFileSync('list.txt', '\uFEFFq.jpg\nr.jpg\n');
    const images = await listImages({ arguments: ['photos-2'], fromFile: 'list.txt' });
    expect(images.map(({ image }) => image)).toEqual(['photos-2/e.gif', 'q.jpg', 'r.jpg']);
    await expect(listImages({ arguments: [], fromFile: 'gone.txt' })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: "--from-file 'gone.txt' does not exist",
    });
  });

  test('are told from data that is no list: by their kind, and by lines longer than any path', async () => {
    const fails = (message: string) => ({ code: 'BAD_OPTION', message });
    const fromFile = (file: string) => listImages({ arguments: [], fromFile: file });
    await expect(fromFile('/dev/zero')).rejects.toMatchObject(
      fails("--from-file '/dev/zero' is a device, not a file"),
    );
    await expect(fromFile('photos')).rejects.toMatchObject(
      fails("--from-file 'photos' is a directory, not a file"),
    );
    await expect(fromStdin(`a.jpg\n${'x'.repeat(70_000)}`)).rejects.toMatchObject(
      fails('the list on stdin is no list of paths: line 2 has more than 65536 bytes'),
    );
    await expect(fromStdin('\0'.repeat(70_000))).rejects.toMatchObject(
      fails('the list on stdin is no list of paths: it begins with nothing but zero bytes'),
    );
    await expect(fromStdin(`${'a.jpg\n'.repeat(12_000)}b\0c`)).rejects.toMatchObject(
      fails('the list on stdin is no list of paths: line 12001 holds a zero byte'),
    );
  });

  test('are the same however they arrive', async () => {
    const lines = Array.from({ length: 9000 }, (_, at) => `${at}/é\n.jpg`);
    for (const [text, expected] of [
      [`\uFEFF${lines.join('\0')}`, lines],
      [`\uFEFF${lines.join('\r\n')}\r\n`, lines.flatMap((line) => line.split('\n'))],
    ] as const) {
      const whole = Buffer.from(text);
      for (const size of [1000, 65_537, whole.length]) {
        const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
          whole.subarray(at * size, (at + 1) * size),
        );
        const images = await listImages({ arguments: ['-'], stdin: Readable.from(chunks) });
        expect(images.map(({ image }) => image)).toEqual([...new Set(expected)]);
      }
    }
  });

  onLinux('come from pipes too', async () => {
    execFileSync('mkfifo', ['pipe']);
    const images = listImages({ arguments: [], fromFile: 'pipe' });
    await writeFile('pipe', 'q.jpg\nr.jpg\n');
    expect((await images).map(({ image }) => image)).toEqual(['q.jpg', 'r.jpg']);
  });

  test('that are empty are said to be', async () => {
    writeFileSync('nothing.txt', '\n');
    const said: string[] = [];
    await listImages({
      arguments: ['-'],
      fromFile: 'nothing.txt',
      stdin: Readable.from([]),
      notify: (sentence) => said.push(sentence),
    });
    expect(said).toEqual(['the list on stdin is empty', "the list 'nothing.txt' is empty"]);
  });

  test('nothing named at all is an error', async () => {
    await expect(list()).rejects.toMatchObject({ code: 'NO_IMAGES' });
  });
});
