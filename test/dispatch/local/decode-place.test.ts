import { decodePlace } from '#src/dispatch/local/decode-place.js';
import { HANDLE } from '../../support/worker-bench.js';

test('clones that fill the CPUs decode in their own threads; processes, one clone and a few do not', () => {
  const many = 10_000;
  expect(decodePlace('thread', many, HANDLE)).toBe('thread');
  expect(decodePlace('process', many, HANDLE)).toBe('libuv');
  expect(decodePlace('thread', 1, HANDLE)).toBe('libuv');
});
