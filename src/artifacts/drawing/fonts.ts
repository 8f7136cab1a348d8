import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as fontkit from 'fontkit';
import type { Font } from 'fontkit';
import { FdeployError, messageOf } from '../../contracts/errors.js';
import { readRegularFileSync, UnfitFile } from '../../files/guarded-file.js';
import { scriptOf, type Script } from './scripts.js';

/** Latin, Greek, Cyrillic, Arabic, Hebrew, symbols: bundled, so that labels need no system font. */
const BUNDLED = 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf';

const MOST_FONTS_TRIED = 4;
/** Collections with every weight of a CJK family take up to 120 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

function fontFolders(): string[] {
  const home = homedir();
  if (process.platform === 'win32')
    return [
      join(process.env.WINDIR ?? 'C:\\Windows', 'Fonts'),
      join(process.env.LOCALAPPDATA ?? home, 'Microsoft', 'Windows', 'Fonts'),
    ];
  if (process.platform === 'darwin')
    return ['/System/Library/Fonts', '/Library/Fonts', join(home, 'Library', 'Fonts')];
  // XDG Base Directory Specification
  const { XDG_DATA_HOME, XDG_DATA_DIRS } = process.env;
  return [
    ...(XDG_DATA_DIRS ?? '/usr/share:/usr/local/share')
      .split(delimiter)
      .map((folder) => join(folder, 'fonts')),
    join(XDG_DATA_HOME ?? join(home, '.local', 'share'), 'fonts'),
    join(home, '.fonts'),
  ];
}

const filesBelow = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
  } catch {
    return []; // a folder that the system does not have
  }
};

let files: string[] | undefined;

/** Files of the system's fonts for a script, the preferred ones first. */
function fontFiles({ fonts }: Script): string[] {
  files ??= fontFolders()
    .flatMap(filesBelow)
    .filter((file) => /\.(ttf|otf|ttc|otc)$/i.test(file));
  return files
    .map((file) => ({ file, rank: fonts.findIndex((font) => font.test(/[^/\\]*$/.exec(file)![0])) }))
    .filter(({ rank }) => rank !== -1)
    .sort((a, b) => a.rank - b.rank || (a.file < b.file ? -1 : 1))
    .slice(0, MOST_FONTS_TRIED)
    .map(({ file }) => file);
}

function openFont(file: string): Font {
  const opened = fontkit.create(readRegularFileSync(file, { maxBytes: MAX_BYTES }));
  if (!('fonts' in opened)) return opened;
  return opened.fonts.find((font) => /SC|CN/.test(font.postscriptName)) ?? opened.fonts[0]!;
}

function namedFont(): Font | undefined {
  const file = process.env.FDEPLOY_FONT;
  if (file === undefined || file === '') return undefined;
  try {
    return openFont(file);
  } catch (thrown) {
    const reason = thrown instanceof UnfitFile ? thrown.reason : `cannot be read: ${messageOf(thrown)}`;
    const message = `the font of FDEPLOY_FONT, "${file}", ${reason}`;
    throw new FdeployError('ARTIFACT_FAILED', message, { file, cause: thrown });
  }
}

let opened: Font[] | undefined;
const untried = new Map<Script, string[]>();
const byCodePoint = new Map<number, Font | undefined>();

function find(codePoint: number): Font | undefined {
  opened ??= [
    openFont(createRequire(import.meta.url).resolve(BUNDLED)),
    ...[namedFont()].filter((font) => font !== undefined),
  ];
  const known = opened.find((font) => font.hasGlyphForCodePoint(codePoint));
  if (known) return known;
  const script = scriptOf(String.fromCodePoint(codePoint));
  const rest = untried.get(script) ?? fontFiles(script);
  untried.set(script, rest);
  for (let file = rest.shift(); file !== undefined; file = rest.shift()) {
    try {
      const font = openFont(file);
      opened.push(font);
      if (font.hasGlyphForCodePoint(codePoint)) return font;
    } catch {
      // skip system fonts that cannot be read
    }
  }
  return undefined;
}

/**
 * A font that has a character: the bundled one, the one of FDEPLOY_FONT, or one of the system's fonts for its script, which
 * are searched once, when first needed.
 *
 * @returns undefined if no available font has it
 * @throws FdeployError ARTIFACT_FAILED when FDEPLOY_FONT names a file that is not a font
 */
export function fontFor(codePoint: number): Font | undefined {
  if (!byCodePoint.has(codePoint)) byCodePoint.set(codePoint, find(codePoint));
  return byCodePoint.get(codePoint);
}
