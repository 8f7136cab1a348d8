import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** First bytes of every page of fdeploy. Other pages are never replaced. */
export const PAGE_MARK = '<!doctype html><!-- fdeploy report -->';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const built = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** JSON for a script element: without `<`, which could end it. */
export const embed = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Everything before the records. The policy allows only this page's script and style, and loads nothing but pictures. */
export function documentStart(title: string): { head: string; script: string } {
  const script = built('page.js');
  const style = built('page.css');
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src 'self' file:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = `${PAGE_MARK}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="page"><p class="loading">Reading the results…</p></div>
<noscript><p class="loading">This page needs JavaScript to show its results. It loads nothing from anywhere.</p></noscript>
`;
  return { head, script };
}

/** A part of the rows. */
export const rowsElement = (rows: readonly unknown[]): string =>
  `<script type="application/json" class="rows">${embed(rows)}</script>\n`;

/** Everything after the records: the tables that they refer to, and the script. */
export const documentEnd = (tables: unknown, script: string): string =>
  `<script type="application/json" id="tables">${embed(tables)}</script>\n<script>${script}</script>\n</body>\n</html>\n`;
