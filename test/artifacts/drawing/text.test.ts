import { shapeText, shapeTextWithin } from '#src/artifacts/drawing/text.js';

/** The smallest and largest y of a path's points. */
function heights(d: string): [number, number] {
  const numbers = (d.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  const ys = numbers.filter((_, at) => at % 2 === 1);
  return [Math.min(...ys), Math.max(...ys)];
}

describe('shapeText', () => {
  it('is as wide as FreeType sets it, and as high', () => {
    // Pillow 11, basic layout, the same font at 2048 pixels: 'dog 0.69' is 9091 wide, 'dog' spans -1556 to 442.
    const whole = shapeText('dog 0.69', 2048);
    expect(Math.abs(whole!.width - 9091)).toBeLessThan(60); // kerning
    expect(heights(shapeText('dog', 2048)!.d)).toEqual([-1556, 442]);
  });

  it('knows the alphabets of labels', () => {
    for (const text of ['Größe', 'Ελλάδα', 'Кошка', 'Tiếng Việt', 'naïve café', '≥ 0.5 → ok'])
      expect(shapeText(text, 20)!.d).not.toBe('');
  });

  it('sets text from right to left, and what stands in it from left to right', () => {
    const places = (text: string): string[] => shapeText(text, 2000)!.d.split(/(?=M)/);
    expect(shapeText('אב', 20)!.d).not.toBe(shapeText('בא', 20)!.d);
    expect(places('אב')[0]).toBe(places('ב')[0]);
    expect(places('א12')[0]).toBe(places('12')[0]);
    expect(shapeText('(א', 20)!.width).toBeCloseTo(shapeText('א)', 20)!.width, 5);
  });

  it('takes markup and control characters for text', () => {
    expect(shapeText('<b>&amp;"\n\t\u0000</b>', 20)!.d).toMatch(/^[MLQCZ\d .-]+$/);
    expect(shapeText('a\u200bb', 20)!.width).toBe(shapeText('ab', 20)!.width);
    expect(shapeText('', 20)).toEqual({ d: '', width: 0 });
  });

  it('shows a box for one missing character and gives up where all are', () => {
    const unassigned = '\u{2fffd}'; // no font has a glyph for a noncharacter's neighbour
    expect(shapeText(`A${unassigned}`, 20)).toEqual(shapeText('A□', 20));
    expect(shapeText(`${unassigned}${unassigned}`, 20)).toBeUndefined();
  });

  it('cuts what is too wide with an ellipsis', () => {
    const cut = shapeTextWithin('a very long label indeed', 20, 90)!;
    expect(cut.width).toBeLessThanOrEqual(90);
    expect(cut.width).toBeGreaterThan(60);
    expect(shapeTextWithin('short', 20, 90)).toEqual(shapeText('short', 20));
  });
});
