import { classColour, hex, inkOn, isBackground, luminance } from '#src/ops/palette.js';
import type { Colour } from '#src/ops/palette.js';

const contrast = (a: Colour, b: Colour): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

describe('the colours of classes', () => {
  it('computes contrast as WCAG does', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    // The grey that WCAG's own examples give as the lightest with 4.5 : 1 on white.
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
  });

  it('gives text of at least 4.5 : 1 on every colour', () => {
    for (let id = 0; id < 1000; id++) {
      const ink: Colour = inkOn(classColour(id)) === '#000' ? [0, 0, 0] : [255, 255, 255];
      expect(contrast(classColour(id), ink)).toBeGreaterThan(4.5);
    }
  });

  it('keeps neighbouring ids and the first dozen apart', () => {
    const apart = (a: Colour, b: Colour): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    for (let id = 0; id < 200; id++) expect(apart(classColour(id), classColour(id + 1))).toBeGreaterThan(90);
    for (let a = 0; a < 12; a++)
      for (let b = 0; b < a; b++) expect(apart(classColour(a), classColour(b))).toBeGreaterThan(35);
  });

  it('writes them as CSS and SVG take them', () => {
    expect(hex([255, 0, 10])).toBe('#ff000a');
    expect(hex(classColour(3))).toMatch(/^#[0-9a-f]{6}$/);
  });

  it.each([
    [0, 'background', true],
    [7, '_background_', true],
    [0, null, true],
    [0, 'road', false],
    [3, null, false],
  ])('id %d, label %p: background %p', (id, label, expected) => {
    expect(isBackground(id, label)).toBe(expected);
  });
});
