/** Red, green, blue, each 0 to 255. */
export type Colour = readonly [number, number, number];

/** Degrees between the hues of neighbouring ids: the golden angle spreads any number of them evenly. */
const GOLDEN_ANGLE = 137.508;
const FIRST_HUE = 28;
const LIGHTNESS = [0.7, 0.6, 0.8] as const;
const CHROMA = 0.17;

const encode = (linear: number): number =>
  linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;

const decode = (channel: number): number => {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

/** OKLCH to sRGB, each channel 0 to 1 where the colour can be shown (Ottosson 2020, "A perceptual color space"). */
function oklch(lightness: number, chroma: number, hue: number): [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** The colour of a class, the same in every picture and on every page; neighbouring ids differ clearly. */
export function classColour(id: number): Colour {
  const hue = (FIRST_HUE + GOLDEN_ANGLE * id) % 360;
  const lightness = LIGHTNESS[((id % LIGHTNESS.length) + LIGHTNESS.length) % LIGHTNESS.length]!;
  for (let chroma = CHROMA; ; chroma -= 0.01) {
    const channels = oklch(lightness, chroma, hue);
    if (chroma <= 0 || channels.every((channel) => channel >= 0 && channel <= 1)) {
      const [r, g, b] = channels.map((channel) => Math.round(Math.min(1, Math.max(0, channel)) * 255));
      return [r!, g!, b!];
    }
  }
}

/** Relative luminance, 0 for black to 1 for white (WCAG 2.1). */
export function luminance([r, g, b]: Colour): number {
  return 0.2126 * decode(r) + 0.7152 * decode(g) + 0.0722 * decode(b);
}

/** Black or white, whichever reads better on `colour` (WCAG 2.1 contrast ratio). */
export function inkOn(colour: Colour): '#000' | '#fff' {
  const light = luminance(colour);
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? '#000' : '#fff';
}

/** `#rrggbb`. */
export function hex(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Whether a segment stands for what no class covers: it is listed, but not painted over the picture. */
export function isBackground(id: number, label: string | null): boolean {
  return label === null ? id === 0 : /^[_\s]*(background|bg|背景)[_\s]*$/i.test(label);
}
