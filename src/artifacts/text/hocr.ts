import type { TextLine, TextWord } from '../../contracts/results.js';
import { boxAround, directionOf, readingQuad, type ReadText, type TextPage } from './page.js';

/** A line that deviates from the direction of its page by less is level: its box says enough. In degrees. */
const LEVEL = 1;

/** Characters that XML 1.0 does not allow: controls, two noncharacters, halves of surrogate pairs. */
const NOT_IN_XML = /(?![\t\n\r])\p{Cc}(?<![\x7f-\x9f])|[\ufffe\uffff]|\p{Cs}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replaceAll(NOT_IN_XML, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** In hOCR, a file's name is in double quotes within the value of `title`. */
const quoted = (name: string): string => escaped(`"${name.replaceAll('"', "'")}"`);

/**
 * hOCR 1.2 as XHTML: pages (`ocr_page`), lines (`ocr_line`) and, where the records have them, words (`ocrx_word`). Boxes are
 * in pixels of the page's picture. `x_wconf` is the score in per cent.
 * @param pages in order; a page that failed has no lines
 * @param image the file that was read
 * @param version of fdeploy
 */
export async function* hocr(
  pages: AsyncIterable<TextPage>,
  image: string,
  version: string,
): AsyncGenerator<string, void, undefined> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>${escaped(image)}</title>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
<meta name="ocr-system" content="fdeploy ${version}"/>
<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word"/>
</head>
<body>
`;
  for await (const page of pages) yield pageElement(page, image);
  yield '</body>\n</html>\n';
}

function pageElement({ number, read }: TextPage, image: string): string {
  const { width = 0, height = 0 } = read ?? {};
  const title = `image ${quoted(image)}; bbox 0 0 ${width} ${height}; ppageno ${number - 1}`;
  const lines = read?.result.lines.map((line, at) => lineElement(line, read, `${number}_${at + 1}`)) ?? [];
  return `<div class="ocr_page" id="page_${number}" title="${title}">\n${lines.join('')}</div>\n`;
}

function lineElement(line: TextLine, page: ReadText, id: string): string {
  const quad = readingQuad(line, page);
  const angle = directionOf(quad);
  const title = [`bbox ${boxAround(quad, page).join(' ')}`];
  if (Math.abs(angle) >= LEVEL) title.push(`textangle ${angle.toFixed(1)}`);
  if (line.words === undefined && line.score !== undefined) title.push(`x_wconf ${percent(line.score)}`);
  const content =
    line.words?.map((word, at) => wordElement(word, page, `${id}_${at + 1}`)).join(' ') ??
    escaped(line.text ?? '');
  return `<span class="ocr_line" id="line_${id}" title="${title.join('; ')}">${content}</span>\n`;
}

function wordElement({ text, score, quad }: TextWord, page: ReadText, id: string): string {
  const title = `bbox ${boxAround(quad, page).join(' ')}; x_wconf ${percent(score)}`;
  return `<span class="ocrx_word" id="word_${id}" title="${title}">${escaped(text)}</span>`;
}

const percent = (score: number): number => Math.round(score * 100);
