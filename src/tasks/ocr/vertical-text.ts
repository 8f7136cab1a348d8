import type { Picture } from '../../contracts/picture.js';
import { inkByColumn } from './ink.js';

/** Chinese, Japanese and Korean characters: those that stand in columns. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** Whether at least half of a text are characters that may stand in columns. */
export function isWideText(text: string): boolean {
  return 2 * (text.match(WIDE)?.length ?? 0) >= text.replace(/\s+/g, '').length && text !== '';
}

/**
 * The marks of a column as they are meant: its comma and its full stop stand in the upper right corner of their cell, where
 * recognition sees an apostrophe and a degree sign.
 */
export function columnMarks(text: string): string {
  return text.replace(/['’‘`´]/g, '，').replace(/[°˚º]/g, '。');
}

const CHANNELS = 3;
/** A column's pitch in multiples of its crop's height, which holds a margin. */
const PITCH = { least: 0.5, most: 1.15, step: 0.01 };
/** Cuts between characters meet this much more ink than the best ones at most. */
const ALIKE = 1.2;
/** Characters that are enough to tell a column. */
const CELLS = 12;

/**
 * A column's characters side by side and upright, as far as they stand at equal distances: what recognition reads well if it
 * is a column, and cannot read if it is a line of a page that lies on its side.
 * @param crop the column turned by a quarter against the clock: its top is on the left
 * @param most characters that are taken
 * @returns undefined if the crop holds less than two characters
 */
export function uprightCells(crop: Picture, most = CELLS): Picture | undefined {
  const { width, height, data } = crop;
  const ink = inkByColumn(crop);
  const { pitch, phase } = pitchOf(ink, height);
  const size = Math.round(pitch);
  const count = Math.min(most, Math.floor((width - phase) / pitch));
  if (count < 2) return undefined;
  const out = new Uint8Array(count * height * size * CHANNELS);
  const stride = count * height * CHANNELS;
  for (let cell = 0; cell < count; cell++) {
    const left = Math.round(phase + cell * pitch);
    for (let y = 0; y < size; y++) {
      const column = Math.min(left + y, width - 1);
      // What was turned against the clock is turned back: the crop's lowest row is the column's left edge.
      for (let x = 0; x < height; x++) {
        const from = ((height - 1 - x) * width + column) * CHANNELS;
        const to = y * stride + (cell * height + x) * CHANNELS;
        for (let channel = 0; channel < CHANNELS; channel++) out[to + channel] = data[from + channel]!;
      }
    }
  }
  return { ...crop, data: out, width: count * height, height: size };
}

/** The smallest distance, and the first place, of cuts that meet as little ink as the best. */
function pitchOf(ink: Float64Array, height: number): { pitch: number; phase: number } {
  const found: { pitch: number; phase: number; cut: number }[] = [];
  for (let part = PITCH.least; part <= PITCH.most; part += PITCH.step) {
    const pitch = part * height;
    let best = { pitch, phase: 0, cut: Infinity };
    for (let phase = 0; phase < pitch; phase++) {
      const cut = inkAtCuts(ink, pitch, phase);
      if (cut < best.cut) best = { pitch, phase, cut };
    }
    found.push(best);
  }
  const least = Math.min(...found.map(({ cut }) => cut));
  const mean = ink.reduce((sum, value) => sum + value, 0) / ink.length;
  return found.find(({ cut }) => cut <= least * ALIKE + mean * 0.02)!;
}

function inkAtCuts(ink: Float64Array, pitch: number, phase: number): number {
  let sum = 0;
  let count = 0;
  for (let x = phase; x < ink.length; x += pitch, count++) sum += ink[Math.floor(x)]!;
  return sum / count;
}
