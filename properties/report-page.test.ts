import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page, Request } from 'playwright-core';
import { badgeSvg, htmlPage, junitXml } from '../src/conformance/reports/index.js';
import { canaryHeap } from '../src/faults/index.js';
import { leavesBrowsersOut, startBrowser, tellLeftOut, type TestBrowser } from './browser.js';
import { answersOf, CANARY_PROGRAM, HOSTILE, sampleContext, sampleReport } from './sample-report.js';

// One browser and one page for all: each test leaves the page as it likes, and begins by going where it needs to be.

const report = sampleReport();
const context = sampleContext(report, answersOf(CANARY_PROGRAM, canaryHeap));
const known = [{ clause: 'alloc.zeroed', reason: HOSTILE, link: 'https://example.invalid/1' }];

const withBrowser = leavesBrowsersOut() ? describe.skip : describe;
if (leavesBrowsersOut()) tellLeftOut();

withBrowser('the page of a report, in a browser', () => {
  let folder: string;
  let browser: TestBrowser | undefined;
  let page: Page;
  let file: string;
  const requests: Request[] = [];
  const complaints: string[] = [];

  const timeLine = '#time-line-0';
  const current = (): Promise<string> => page.locator(`${timeLine} [data-current] code`).innerText();
  const focus = (): Promise<void> => page.locator(timeLine).focus();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heapspec-page-'));
    const path = join(folder, 'report.html');
    writeFileSync(path, htmlPage(report, { ...context, known }));
    file = pathToFileURL(path).href;
    browser = await startBrowser();
    page = await browser.context.newPage();
    page.on('request', (request) => requests.push(request));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await page.goto(file);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test('it begins at the first difference, which is marked wherever it stands', async () => {
    expect(await current()).toBe('free s2 dirty');
    const callout = page.locator(`${timeLine} .first-difference`);
    expect(await callout.locator('.callout-title').innerText()).toBe('First difference');
    expect(await callout.locator('tbody tr').allInnerTexts()).toEqual(['spans[@0x6000].needzero\t1\t0']);
    expect(await page.locator(`${timeLine} .map .span.wrong`).count()).toBe(2);
    expect(await page.locator(`${timeLine} .spans tr.wrong th`).innerText()).toContain('0x6000');
    expect(await page.locator(`${timeLine} .command.wrong code`).allInnerTexts()).toEqual(['free s2 dirty']);
  });

  test('keys step through the operations, and stop at the ends', async () => {
    await focus();
    await page.keyboard.press('Home');
    expect(await current()).toBe('before the first');
    expect(await page.locator(`${timeLine} .callout`).count()).toBe(0);
    await page.keyboard.press('ArrowLeft');
    expect(await current()).toBe('before the first');
    await page.keyboard.press('ArrowRight');
    expect(await current()).toBe('s1 = alloc 3 large');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    expect(await current()).toBe('free s2 dirty');
    await page.keyboard.press('ArrowLeft');
    expect(await current()).toBe('tick 2m');
    await page.keyboard.press('d');
    expect(await current()).toBe('free s2 dirty');
    expect(await page.locator(`${timeLine} [role=status]`).innerText()).toContain(
      'First difference: spans[@0x6000].needzero, expected 1, actual 0',
    );
  });

  test('the slider steps too, by keys and by itself, and says where it is', async () => {
    const slider = page.getByRole('slider', { name: 'Operation' }).first();
    await slider.fill('2');
    expect(await current()).toBe('s2 = alloc 6 large needzero');
    await slider.press('ArrowRight');
    expect(await current()).toBe('s3 = allocStack 2');
    expect(await slider.getAttribute('aria-valuetext')).toBe('After command 3: s3 = allocStack 2');
    await slider.press('Home');
    expect(await current()).toBe('before the first');
  });

  test('the heap at a step is shown in map, lists and statistics, expected beside actual', async () => {
    await page.locator(`${timeLine} .command`).nth(4).click();
    expect(await page.locator(`${timeLine} .map`).count()).toBe(2);
    expect(await page.locator(`${timeLine} .map`).first().getAttribute('aria-label')).toBe(
      'Page map. in use: 3 spans, 15 pages; stack: 1 spans, 2 pages; free: 1 spans, 111 pages',
    );
    const rows = await page.locator(`${timeLine} .lists tbody tr`).allInnerTexts();
    expect(rows).toContain('free[111]\t0x22000\t0x22000');
    const statistics = await page.locator(`${timeLine} .statistics tbody tr`).allInnerTexts();
    expect(statistics).toContain('stacks_inuse\t16384\t16384');
  });

  test('everything that can be done can be done by keyboard, and has a name', async () => {
    await page.evaluate('document.activeElement?.blur()');
    const names: unknown[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      names.push(
        await page.evaluate(
          `(() => { const e = document.activeElement; return e === document.body ? null : e.getAttribute('aria-label') ?? e.textContent; })()`,
        ),
      );
    }
    expect(names).toEqual(
      expect.arrayContaining([
        'Skip to the clauses',
        expect.stringMatching(/^Time line of the heap/),
        'First operation',
        'Operation',
        'To the first difference',
        'Filter the clauses by words',
        'failed 2',
      ]),
    );
    expect(names.every((name) => name === null || (typeof name === 'string' && name.trim() !== ''))).toBe(
      true,
    );
  });

  test('the table of clauses is filtered by words and by verdict', async () => {
    const shown = (): Promise<string[]> =>
      page.locator('#clause-table tbody tr:not([hidden]) th').allInnerTexts();
    expect(await shown()).toHaveLength(report.clauses.length);
    await page.locator('#words').fill('FREED span');
    expect(await shown()).toEqual(['free.coalesce.left', 'free.dirty.kept']);
    await page.getByRole('button', { name: 'failed 2' }).press('Enter');
    expect(await shown()).toEqual(['free.dirty.kept']);
    expect(await page.locator('#shown').innerText()).toBe('1 of 8 clauses');
    await page.locator('#words').fill('');
    expect(await shown()).toEqual(['alloc.zeroed', 'free.dirty.kept']);
    await page.getByRole('button', { name: 'failed 2' }).press('Enter');
    expect(await shown()).toHaveLength(report.clauses.length);
  });

  test('what a heap said stays text', async () => {
    expect(await page.title()).toBe('canary 1.8: conformance to heapspec');
    expect(await page.locator('img, iframe, object, embed').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('#finding-1 h3').innerText()).toContain(
      '</script><script>document.title = "owned"',
    );
    expect(await page.evaluate('({}).polluted')).toBeUndefined();
    // The policy holds even against markup that did get in.
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img id="x" src="https://example.invalid/" onerror="document.title = 1">')`,
    );
    await page.waitForTimeout(50);
    expect(await page.title()).toBe('canary 1.8: conformance to heapspec');
    await page.evaluate(`document.getElementById('x').remove()`);
    expect(requests.splice(1).map((request) => request.failure()?.errorText)).toEqual(['csp']);
    expect(complaints.splice(0).every((complaint) => complaint.includes('Content Security Policy'))).toBe(
      true,
    );
  });

  test.each(['light', 'dark'] as const)('in %s colours all text stands out', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await focus();
    await page.keyboard.press('d');
    expect(await page.evaluate(faintTexts())).toEqual([]);
    const picture = await page.screenshot({ fullPage: true });
    expect(picture.byteLength).toBeGreaterThan(50_000);
    const paper = await page.evaluate(`getComputedStyle(document.body).backgroundColor`);
    expect(paper).toBe(colorScheme === 'light' ? 'rgb(246, 247, 249)' : 'rgb(15, 20, 27)');
  });

  test('it fits a narrow window', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('XML of other formats is well-formed, hostile text and all', async () => {
    const parsed = (xml: string, kind: string): Promise<unknown> =>
      page.evaluate(`(() => {
        const xml = new DOMParser().parseFromString(${JSON.stringify(xml)}, ${JSON.stringify(kind)});
        const all = (selector) => [...xml.querySelectorAll(selector)];
        return {
          error: xml.querySelector('parsererror')?.textContent ?? null,
          root: xml.documentElement.tagName,
          cases: all('testcase').length,
          failures: all('testsuite').reduce((sum, one) => sum + Number(one.getAttribute('failures')), 0),
          told: all('failure').length,
          messages: all('[message]').map((one) => one.getAttribute('message')).join(),
        };
      })()`);
    const junit = (await parsed(junitXml(report, { known }), 'application/xml')) as Record<string, unknown>;
    expect(junit).toMatchObject({ error: null, root: 'testsuites', cases: 9, failures: 1, told: 1 });
    expect(junit.messages).toContain('</script><script>document.title = "owned"</script>');
    const badge = badgeSvg({ ...report, declaration: { ...report.declaration, name: HOSTILE } });
    expect(await parsed(badge, 'image/svg+xml')).toMatchObject({ error: null, root: 'svg' });
  });

  test('nothing was asked of a network, and nothing complained', () => {
    expect(requests.map((request) => request.url())).toEqual([file]);
    expect(complaints).toEqual([]);
  });
});

/** Finds texts whose contrast with what is behind them is less than 4.5, as text of this size needs it. */
function faintTexts(): string {
  return `(() => {
    const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => [r, g, b].reduce((sum, c, i) => {
      const s = c / 255;
      return sum + [0.2126, 0.7152, 0.0722][i] * (s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4);
    }, 0);
    const behind = (element) => {
      for (let e = element; e !== null; e = e.parentElement) {
        const colour = channels(getComputedStyle(e).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
      if (!own || !element.checkVisibility() || element.closest('svg, script, .skip') !== null) return [];
      const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
      const contrast = (a + 0.05) / (b + 0.05);
      return contrast < 4.5 ? [element.className + ' ' + element.textContent.slice(0, 30) + ' ' + contrast.toFixed(2)] : [];
    });
  })()`;
}
