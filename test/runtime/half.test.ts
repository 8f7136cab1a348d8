import { floatToHalf, halfToFloat } from '#src/runtime/half.js';

/** Values and their half precision bits as IEEE 754 gives them. */
const PAIRS: [value: number, bits: number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.333251953125, 0x3555],
  [65504, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -14 - 2 ** -24, 0x03ff],
  [2 ** -24, 0x0001],
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
];

test.each(PAIRS)('%d as bits: %d', (value, bits) => {
  expect(floatToHalf(Float32Array.of(value))[0]).toBe(bits);
  expect(Object.is(halfToFloat(Uint16Array.of(bits))[0], value)).toBe(true);
});

test.each([
  ['a tie goes to the even neighbour below', 1 + 2 ** -11, 0x3c00],
  ['a tie goes to the even neighbour above', 1 + 3 * 2 ** -11, 0x3c02],
  ['a tie among subnormals too', 2 ** -25, 0x0000],
  ['above the tie it goes up', 2 ** -25 * 1.001, 0x0001],
  ['the last that is finite', 65519, 0x7bff],
  ['the first that is not', 65520, 0x7c00],
  ['a subnormal that rounds to a normal', 2 ** -14 - 2 ** -26, 0x0400],
  ['a mantissa that carries into the exponent', 2 - 2 ** -12, 0x4000],
])('%s', (_, value, bits) => {
  expect(floatToHalf(Float32Array.of(value))[0]).toBe(bits);
});

test('every half comes back as it was, NaN as NaN', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const back = floatToHalf(halfToFloat(all));
  const isNaNBits = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;
  const wrong = all.filter((bits, i) => (isNaNBits(bits) ? !isNaNBits(back[i]!) : back[i] !== bits));
  expect([...wrong]).toEqual([]);
});
