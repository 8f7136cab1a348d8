import { fileSource } from '#src/sources/paths.js';
import { isInShard } from '#src/sources/shard.js';

const COUNT = 7;

function partsOf(name: string, count = COUNT): number[] {
  const source = fileSource(name);
  return Array.from({ length: count }, (_, i) => i + 1).filter((number) =>
    isInShard(source, { number, count }),
  );
}

test('every name is in exactly one part, and the parts are about equal', () => {
  const sizes = new Array<number>(COUNT).fill(0);
  for (let i = 0; i < 7000; i++) {
    const parts = partsOf(`photos/${i}.jpg`);
    expect(parts).toHaveLength(1);
    sizes[parts[0]! - 1]!++;
  }
  // A part has 1000 on average with a standard deviation of 29.
  for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(150);
});

test('the part of a name is the same on all machines and versions', () => {
  // python3: int.from_bytes(hashlib.sha256(b'photos/a.jpg').digest()[:6], 'big') % n + 1
  expect([partsOf('photos/a.jpg', 4), partsOf('photos/a.jpg', 1000)]).toEqual([[2], [210]]);
});

test('pages are in the part of their document; names that are not UTF-8 count by their bytes', () => {
  const document = fileSource('scan.pdf');
  const [number] = partsOf('scan.pdf');
  for (const page of [1, 2, 300]) {
    expect(isInShard({ ...document, page, pages: 300 }, { number: number!, count: COUNT })).toBe(true);
  }
  const parts = new Set<number>();
  for (let byte = 0x80; byte < 0x100; byte++) {
    const source = fileSource(Buffer.from([byte, 0x2e, 0x6a, 0x70, 0x67]));
    for (let number = 1; number <= COUNT; number++) {
      if (isInShard(source, { number, count: COUNT })) parts.add(number);
    }
  }
  expect(parts.size).toBe(COUNT);
});
