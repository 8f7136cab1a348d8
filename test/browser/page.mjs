/** The report's page in a real browser. Needs an installed Chromium (or CHROMIUM=<its path>) and says so where there is none. */
import assert from 'node:assert/strict';
import { accessSync, constants, mkdtempSync, readFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { writeReport } from '../../dist/report/index.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MARKUP = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>';
/** Nothing but the page: no service of the browser's own that would go out to a network. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const MODEL = 'PP-Model_with_a_long_name_512x512';
const TITLE = `${MODEL} · pictures · fdeploy report`;
/** Counts of the records that are shown. */
const expected = {};
const PHONE = { width: 390, height: 844 };
const FIXTURES = fileURLToPath(new URL('../../fixtures/results/', import.meta.url));

function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    for (const name of NAMES) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not in this folder
      }
    }
  return undefined;
}

/** The fixture records many times over, one with markup wherever a record can hold text. */
function makeRecords() {
  const fixtures = readFileSync(join(FIXTURES, 'records.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  const records = Array.from({ length: 40 }, () => structuredClone(fixtures)).flat();
  const classified = records.find((record) => record.task === 'classification');
  classified.image = `pictures/${MARKUP}.jpg`.replaceAll('</', '<');
  classified.result.classes[0].label = MARKUP;
  records.find((record) => record.task === 'ocr').result.lines[0].text = MARKUP;
  records.find((record) => record.status === 'error').error.message = MARKUP;
  return records;
}

const folder = mkdtempSync(join(tmpdir(), 'fdeploy-browser-'));
const cases = [];
const test = (name, run) => cases.push({ name, run });
const tiles = (page) => page.locator('.tile');
const count = (page) => page.locator('.count').textContent();
const search = (page, words) => page.getByLabel('Search').fill(words);

test('opens from disk without a word in the console', async (page, noise) => {
  assert.equal(await count(page), '560 pictures');
  assert.deepEqual(noise, []);
});

test('keeps only what is seen in the page', async (page) => {
  assert.ok((await tiles(page).count()) < 80);
  await page.evaluate(() => document.querySelector('.virtual').scrollTo(0, 1e9));
  await page.locator('[data-index="559"]').waitFor();
  assert.ok((await tiles(page).count()) < 80);
});

test('shows thumbnails with results over them', async (page) => {
  await search(page, 'det_000');
  await page.locator('svg.shapes polygon').first().waitFor();
  const size = await tiles(page)
    .first()
    .locator('img')
    .evaluate((image) => [image.complete, image.naturalWidth]);
  assert.deepEqual(size, [true, 64]);
  await page.getByLabel('results over the pictures').uncheck();
  assert.equal(await page.locator('svg.shapes').count(), 0);
});

test('takes markup in names, labels, texts and messages for text', async (page) => {
  await search(page, 'onerror=');
  await page.waitForFunction(() => !document.querySelector('.count').textContent.startsWith('560'));
  assert.equal(await count(page), '3 of 560 pictures');
  for (let at = 0; at < 3; at++) {
    await tiles(page).nth(at).click();
    await page.locator('dialog').getByText('document.title=2').first().waitFor();
    await page.keyboard.press('Escape');
  }
  await page.getByRole('tab', { name: 'Summary' }).click();
  await page.getByTitle(MARKUP, { exact: true }).waitFor();
  assert.equal(await page.title(), TITLE);
  assert.equal(await page.locator('img[src="x"]').count(), 0);
});

test('filters by label, status and score, searches text, and sorts', async (page) => {
  await page.getByLabel('Status').selectOption('failed');
  assert.equal(await count(page), '40 of 560 pictures');
  await page.getByLabel('Status').selectOption('all');
  await page.getByLabel('Label').selectOption({ index: 1 });
  assert.match(await count(page), /^\d+ of 560 pictures$/);
  await page.getByLabel('Label').selectOption('all');
  await search(page, '电话010');
  await page.waitForFunction(() => document.querySelector('.count').textContent.includes(' of '));
  assert.equal(await count(page), '80 of 560 pictures');
  await search(page, '');
  await page.getByLabel('lowest score', { exact: true }).fill('0.9999');
  await page.waitForFunction(() => document.querySelector('.count').textContent.includes(' of '));
  await page.getByLabel('lowest score', { exact: true }).fill('0');
  await page.getByLabel('Order').selectOption('slowest first');
  const times = await page.locator('.tile .time').allTextContents();
  const numbers = times.map((time) => Number.parseFloat(time));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => b - a),
  );
});

test('is used with the keyboard alone', async (page) => {
  await tiles(page).first().focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
  const columns = await page.evaluate(() => {
    const cells = [...document.querySelectorAll('.cell')];
    return cells.filter((cell) => cell.getBoundingClientRect().top === cells[0].getBoundingClientRect().top)
      .length;
  });
  const active = () => page.evaluate(() => document.activeElement.closest('[data-index]').dataset.index);
  await page.waitForFunction(
    (at) => document.activeElement.closest('[data-index]')?.dataset.index === at,
    String(2 + columns),
  );
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement.closest('[data-index]')?.dataset.index === '559');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement.closest('[data-index]')?.dataset.index === '0');
  assert.equal(await active(), '0');
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor();
  const first = await page.locator('dialog h2').textContent();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((name) => document.querySelector('dialog h2').textContent !== name, first);
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
});

test('lists the failures with their reasons', async (page) => {
  await page.getByRole('tab', { name: 'Failed' }).click();
  await page.getByRole('button', { name: 'IMAGE_MISSING 40' }).click();
  assert.ok((await page.locator('.failure').count()) > 5);
  await page.locator('.failure').nth(1).click();
  await page.getByText('Tried once.').waitFor();
});

test('names every control for a screen reader', async (page) => {
  for (const tab of ['Pictures', 'Failed', 'Summary']) {
    await page.getByRole('tab', { name: tab }).click();
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, input, select, [role=list], [role=img]')]
        .filter((element) => !(element.ariaLabel || element.textContent || element.labels?.length))
        .map((element) => element.outerHTML),
    );
    assert.deepEqual(nameless, []);
  }
});

test('blocks a script that is not its own', async (page) => {
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    document.body.append(script);
  });
  assert.equal(await page.title(), TITLE);
});

test('is called by its model and folder', async (page) => {
  assert.equal(await page.title(), TITLE);
  assert.equal(await page.locator('h1').textContent(), 'PP-Model_with_a_long_name_512x512pictures/');
});

test('searches labels', async (page) => {
  await search(page, 'STAR det');
  await page.waitForFunction(() => document.querySelector('.count').textContent.includes(' of '));
  assert.equal(await count(page), `${expected.starsInDet} of 560 pictures`);
});

test('says where nothing matches, and leads back', async (page) => {
  await search(page, 'nowhere to be found');
  await page.getByText('No picture matches the search and the filters.').waitFor();
  await page.getByRole('button', { name: 'Show all pictures' }).click();
  await tiles(page).first().waitFor();
  assert.equal(await count(page), '560 pictures');
  assert.equal(await page.getByLabel('Search').inputValue(), '');
});

test('keeps the tags of a picture apart', async (page) => {
  for (const size of [{ width: 1280, height: 860 }, PHONE]) {
    await page.setViewportSize(size);
    await search(page, 'det_022');
    await page.waitForFunction(() => document.querySelector('.count').textContent.startsWith('40 of '));
    await tiles(page).first().click();
    await page.mouse.move(1, 1); // what the pointer is over is always shown
    await page.waitForFunction(() => !document.querySelector('.tag.marked'));
    await page.locator('.tag').first().waitFor();
    // They are placed anew when the picture has its size.
    await page.waitForFunction(() => {
      const boxes = [...document.querySelectorAll('.tag')]
        .filter((tag) => document.defaultView.getComputedStyle(tag).visibility === 'visible')
        .map((tag) => tag.getBoundingClientRect());
      const areApart = (a, b) =>
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      return boxes.length === 5 && boxes.every((a, i) => boxes.slice(i + 1).every((b) => areApart(a, b)));
    });
    await page.keyboard.press('Escape');
    await search(page, '');
  }
});

test('fits a phone: two columns, nothing beside the screen, words in one line', async (page) => {
  await page.setViewportSize(PHONE);
  await page.locator('.more summary').waitFor();
  await page.waitForFunction(() => {
    const cells = [...document.querySelectorAll('.cell')];
    return new Set(cells.map((cell) => Math.round(cell.getBoundingClientRect().left))).size === 2;
  });
  for (const tab of ['Pictures', 'Failed', 'Summary']) {
    await page.getByRole('tab', { name: tab }).click();
    const beside = await page.evaluate(() =>
      [...document.querySelectorAll('#page *')]
        .filter(
          (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5,
        )
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(beside, []);
  }
  const heights = await page
    .locator('.stages th')
    .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().height));
  assert.ok(Math.max(...heights) < 45, `a stage's name takes ${Math.max(...heights)} pixels`);
  await page.getByRole('tab', { name: 'Failed' }).click();
  const cut = await page
    .locator('.failure')
    .first()
    .evaluate((row) => row.scrollHeight - row.clientHeight);
  assert.ok(cut <= 0);
});

test('copies the text of a picture and of a line, with and without the clipboard interface', async (page) => {
  const { text, lines } = expected.ocr.result;
  for (const missing of [false, true]) {
    if (missing)
      await page.evaluate(() =>
        Object.defineProperty(document.defaultView.navigator, 'clipboard', { value: undefined }),
      );
    await search(page, expected.ocr.image.split('/').pop());
    await page.waitForFunction(() => document.querySelector('.count').textContent.includes(' of '));
    for (const [name, copied] of [
      ['Copy all text', text],
      ['Copy line 2', lines[1].text],
    ]) {
      await tiles(page).last().click();
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      assert.equal(await paste(page), copied);
    }
  }
});

/** The clipboard's text, through a field of its own. */
async function paste(page) {
  await page.evaluate(() => {
    const area = document.createElement('textarea');
    area.id = 'pasted';
    document.body.append(area);
    area.focus();
  });
  await page.keyboard.press('Control+V');
  return page.evaluate(() => {
    const area = document.getElementById('pasted');
    const { value } = area;
    area.remove();
    return value;
  });
}

test('marks the line whose box the pointer is over, with its text', async (page) => {
  await search(page, expected.ocr.image.split('/').pop());
  await page.waitForFunction(() => document.querySelector('.count').textContent.includes(' of '));
  await tiles(page).last().click();
  await page.locator('dialog g[data-item="1"]').hover();
  await page.locator('.tag').waitFor();
  const line = expected.ocr.result.lines[1];
  assert.equal(await page.locator('tr.marked th').textContent(), line.text);
  assert.ok((await page.locator('.tag').textContent()).startsWith(line.text));
});

test('saves the rows that are found as CSV', async (page) => {
  await page.getByLabel('Status').selectOption('failed');
  assert.equal(await count(page), '40 of 560 pictures');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the rows as CSV' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `${MODEL}-pictures-fdeploy-report.csv`);
  const text = readFileSync(await download.path(), 'utf8');
  assert.match(text, /^image,status,errorCode,errorMessage\r\n/);
  assert.equal(text.split('\r\n').length, 42);
});

async function main() {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    console.log(
      'No Chromium is installed (Debian: apt-get install chromium), so the page was not tried in a browser.',
    );
    console.log('0 passed, 0 failed, 1 skipped');
    return;
  }
  cpSync(FIXTURES, folder, { recursive: true });
  const records = makeRecords();
  expected.starsInDet = records.filter(
    ({ image, result }) =>
      image.includes('det') && result?.objects?.some(({ label }) => label.includes('star')),
  ).length;
  expected.ocr = records.findLast(({ task }) => task === 'ocr');
  writeFileSync(join(folder, 'r.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const address = pathToFileURL(
    await writeReport(join(folder, 'r.jsonl'), join(folder, 'page'), null, { base: folder, model: MODEL }),
  );
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  let failed = 0;
  for (const { name, run } of cases) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const noise = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) noise.push(request.url());
    });
    page.setDefaultTimeout(15_000);
    try {
      await page.goto(address.href);
      await page.getByText('reading…').waitFor({ state: 'detached' });
      await tiles(page).first().waitFor();
      await run(page, noise);
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
    await page.close();
  }
  await browser.close();
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
