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
  assert.equal(await page.title(), 'fdeploy report');
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
  assert.equal(await page.title(), 'fdeploy report');
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
  writeFileSync(join(folder, 'r.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const address = pathToFileURL(
    await writeReport(join(folder, 'r.jsonl'), join(folder, 'page'), null, { base: folder }),
  );
  const browser = await chromium.launch({ executablePath });
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
