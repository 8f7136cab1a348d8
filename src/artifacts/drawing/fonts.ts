import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as fontkit from 'fontkit';
import type { Font } from 'fontkit';
import { FdeployError, messageOf } from '../../contracts/errors.js';
import { readRegularFileSync, UnfitFile } from '../../files/guarded-file.js';

/** Latin, Greek, Cyrillic, Arabic, Hebrew, symbols: bundled, so that labels need no system font. */
const BUNDLED = 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf';

/** System fonts with Chinese, Japanese and Korean, in order of preference. */
const WIDE_FONTS = [
  /^(NotoSansCJK|NotoSansSC|SourceHanSans)[^/]*Bold/i,
  /^(NotoSansCJK|NotoSans(SC|TC|JP|KR)|SourceHanSans)/i,
  /^(PingFang|msyhbd|msyh|Hiragino Sans GB|STHeiti|AppleSDGothicNeo)/i,
  /^(wqy-|DroidSansFallback|simhei|simsun|SourceHan|NotoSerifCJK)/i,
  /^(uming|ukai|ipag|TakaoGothic|NanumGothic|malgun|meiryo|msgothic|Arial Unicode|unifont)/i,
];
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
  return [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(process.env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'fonts'),
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

const rank = (file: string): number => {
  const name = /[^/\\]*$/.exec(file)![0];
  const found = /\.(ttf|otf|ttc|otc)$/i.test(name) ? WIDE_FONTS.findIndex((font) => font.test(name)) : -1;
  return found === -1 ? WIDE_FONTS.length : found;
};

function wideFontFiles(): string[] {
  return fontFolders()
    .flatMap(filesBelow)
    .filter((file) => rank(file) < WIDE_FONTS.length)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_FONTS_TRIED);
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
let untried: string[] | undefined;
const byCodePoint = new Map<number, Font | undefined>();

function find(codePoint: number): Font | undefined {
  opened ??= [
    openFont(createRequire(import.meta.url).resolve(BUNDLED)),
    ...[namedFont()].filter((font) => font !== undefined),
  ];
  const known = opened.find((font) => font.hasGlyphForCodePoint(codePoint));
  if (known) return known;
  untried ??= wideFontFiles();
  for (let file = untried.shift(); file !== undefined; file = untried.shift()) {
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
 * A font that has a character: the bundled one, the one of FDEPLOY_FONT, or one of the system's CJK fonts, which are searched
 * once, when first needed.
 *
 * @returns undefined if no available font has it
 * @throws FdeployError ARTIFACT_FAILED when FDEPLOY_FONT names a file that is not a font
 */
export function fontFor(codePoint: number): Font | undefined {
  if (!byCodePoint.has(codePoint)) byCodePoint.set(codePoint, find(codePoint));
  return byCodePoint.get(codePoint);
}
