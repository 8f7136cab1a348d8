import type { TextPage } from './page.js';

/** Ends a page, as in the output of pdftotext. In a text it would begin a page that is not there. */
const FORM_FEED = '\f';

/**
 * Plain text: rows end in a newline, pages are separated by form feeds. A page without text and one that failed are empty.
 * @param pages in order
 */
export async function* plainText(pages: AsyncIterable<TextPage>): AsyncGenerator<string, void, undefined> {
  let separator = '';
  for await (const { read } of pages) {
    const text = read?.result.text?.replaceAll(FORM_FEED, ' ') ?? '';
    yield separator + (text === '' ? '' : `${text}\n`);
    separator = FORM_FEED;
  }
}
