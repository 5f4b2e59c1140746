/** The live page in Chromium, against a fake endpoint whose values move. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { hostileTexts } from '../page/fake-model.js';
import { type FakeOptions, type FakeServer, startFakeServer } from '../page/fake-server.js';
import { realServer } from './available.js';

const server = realServer('CHROMIUM');
/** Screenshots, for people. */
const shots = mkdtempSync(join(tmpdir(), 'live-page-'));
const wide = { width: 1440, height: 1000 };
const phone = { width: 360, height: 780 };

describe.skipIf(server.missing)(`live page${server.note}`, () => {
  let browser: Browser;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: server.bin, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function serve(options?: FakeOptions): Promise<FakeServer> {
    const fake = await startFakeServer(options);
    ends.push(fake.stop);
    return fake;
  }

  /** Opens a page. `complaints` are the errors and warnings of its console. */
  async function open(url: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: wide, colorScheme: 'light', ...options });
    ends.push(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    await page.goto(url);
    // Charts are drawn, with their legends, once they are on the screen: on a phone, numbers are above them.
    const values = options.viewport === phone ? '.number' : '.entry b';
    await page.locator(`${values}, .metric-row, .cardinality tbody tr`).first().waitFor();
    return { page, context, complaints };
  }

  const chartOf = (page: Page, title: string) => page.getByRole('article', { name: title, exact: true });
  const picture = (page: Page) => page.evaluate<string>('document.querySelector(".canvas canvas").toDataURL()');
  /** Returns the snapshot that the page saves. */
  async function snapshot(
    page: Page,
  ): Promise<{ metrics: { times: number[]; series: { values: (number | null)[] }[] } }> {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download a snapshot' }).click();
    return JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  }
  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

  test('charts move, pause stops them, and a hidden tab draws nothing', async () => {
    const fake = await serve();
    const { page, complaints } = await open(fake.url);
    await expect(page.getByRole('status').textContent()).resolves.toBe('live');
    const before = await picture(page);
    await vi.waitFor(async () => expect(await picture(page)).not.toBe(before), { timeout: 10_000 });
    const label = await chartOf(page, 'Requests by provider').getByRole('img').getAttribute('aria-label');
    expect(label).toMatch(/^Requests by provider: openai last .+\/s, min .+, max .+; anthropic last/);

    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('status').textContent()).resolves.toBe('paused');
    const paused = await picture(page);
    const received = fake.sent();
    await vi.waitFor(() => expect(fake.sent()).toBeGreaterThan(received + 2), { timeout: 10_000 });
    expect(await picture(page)).toBe(paused);
    await page.getByRole('button', { name: 'Resume' }).click();
    await vi.waitFor(async () => expect(await picture(page)).not.toBe(paused), { timeout: 10_000 });

    const hide = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await hide(true);
    const hidden = await picture(page);
    const sent = fake.sent();
    await vi.waitFor(() => expect(fake.sent()).toBeGreaterThan(sent + 2), { timeout: 10_000 });
    expect(await picture(page)).toBe(hidden);
    await hide(false);
    await vi.waitFor(async () => expect(await picture(page)).not.toBe(hidden), { timeout: 10_000 });
    expect(complaints).toEqual([]);
  });

  test('search filters panels and metrics; group and attribute filter metrics', async () => {
    const fake = await serve({ history: 20 });
    const { page, complaints } = await open(fake.url);
    const panels = page.locator('.panel, .stat');
    const all = await panels.count();
    await page.keyboard.press('/');
    await page.keyboard.type('cache hits');
    await vi.waitFor(async () => expect(await panels.count()).toBeLessThan(all));
    for (const title of await page.locator('h3').allTextContents()) expect(title.toLowerCase()).toContain('cache hits');
    await page.getByRole('link', { name: /metrics? of all/ }).click();
    const rows = page.locator('.metric-row');
    await rows.first().waitFor();
    for (const name of await rows.locator('.name').allTextContents()) expect(name).toContain('cache');
    await page.locator('#search').focus();
    await page.keyboard.press('Escape');
    await vi.waitFor(async () => expect(await rows.count()).toBeGreaterThan(60));

    await page.getByLabel('Group').selectOption('shop');
    await expect(rows.count()).resolves.toBe(3);
    await page.getByLabel('Attribute').selectOption('channel');
    await page.getByLabel('Value').fill('web');
    await page.getByRole('button', { name: 'Filter' }).click();
    await vi.waitFor(() => expect(fake.subscriptions.at(-1)?.where).toEqual({ channel: 'web' }));
    await expect(rows.count()).resolves.toBe(2);
    await page.getByRole('button', { name: 'Clear' }).click();
    await vi.waitFor(() => expect(fake.subscriptions.at(-1)?.where).toBeUndefined());
    expect(complaints).toEqual([]);
  });

  test('dark and narrow fit, and the chosen colors stay', { timeout: 180_000 }, async () => {
    const { url } = await serve({ history: 300 });
    const background = (page: Page) =>
      page.evaluate<string>('getComputedStyle(document.body.parentElement).backgroundColor');
    const seen = new Set<string>();
    for (const [name, viewport, colorScheme] of [
      ['light', wide, 'light'],
      ['dark', wide, 'dark'],
      ['phone-light', phone, 'light'],
      ['phone-dark', phone, 'dark'],
    ] as const) {
      for (const [view, hash] of [
        ['gateway', ''],
        ['metrics', '#/metrics/http.server.request.duration'],
        ['series', '#/series'],
      ]) {
        const { page, context } = await open(url + hash, { viewport, colorScheme });
        await page.screenshot({ path: join(shots, `${name}-${view}.png`) });
        expect(await overflow(page), `${name} ${view}`).toBeLessThanOrEqual(0);
        seen.add(await background(page));
        await context.close();
      }
    }
    expect(seen.size).toBe(2);
    const { page } = await open(url);
    const light = await background(page);
    await page.getByRole('button', { name: /^Colors: system/ }).click();
    await page.getByRole('button', { name: /^Colors: light/ }).click();
    expect(await background(page)).not.toBe(light);
    await page.reload();
    await page.locator('.entry').first().waitFor();
    expect(await background(page)).not.toBe(light);
    console.log(`screenshots: ${shots}`);
  });

  test('says that it is disconnected, reconnects after a restart, and continues with a gap and without doubles', async () => {
    const first = await startFakeServer({ history: 30 });
    const { page } = await open(first.url);
    await first.stop();
    await page.locator('.banner').waitFor();
    await expect(page.getByRole('status').textContent()).resolves.toBe('disconnected');
    await expect(page.locator('.connection').textContent()).resolves.toMatch(/reconnecting (in \d+ s|now)/);
    await expect(page.locator('.page.stale').count()).resolves.toBe(1);
    const second = await serve({ port: first.port, history: 1 });
    await page.locator('.banner').waitFor({ state: 'detached', timeout: 30_000 });
    await vi.waitFor(() => expect(second.sent()).toBeGreaterThan(2), { timeout: 10_000 });
    await expect(page.getByRole('status').textContent()).resolves.toBe('live');
    const { metrics } = await snapshot(page);
    expect(metrics.times.length).toBeGreaterThan(30);
    expect(metrics.times).toEqual([...new Set(metrics.times)].sort((a, b) => a - b));
    expect(metrics.series[0]?.values.filter((value) => value === null)).toHaveLength(1);
  });

  test('hostile names, descriptions, units, labels and reasons are texts', async () => {
    const { url } = await serve({ hostile: true, history: 20 });
    const { page, complaints } = await open(url);
    const [image = ''] = hostileTexts;
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toBe(image);
    await page.screenshot({ path: join(shots, 'hostile.png') });
    const links = page.locator('.navigation a');
    for (let index = 0; index < (await links.count()); index++) await links.nth(index).click();
    await page.getByRole('link', { name: 'All metrics' }).click();
    for (const text of hostileTexts) {
      await page.locator('.metric-row').filter({ hasText: text }).first().click();
      await page.locator('.details .entry').first().waitFor();
      await page.locator('.metric-row[aria-expanded="true"]').click();
    }
    const found = await page.evaluate(
      `[window.attacked ?? 0, document.querySelectorAll('img, iframe, [onerror], [onload]').length, document.scripts.length,
        [...document.querySelectorAll('[href]')].filter((each) => /^javascript:/i.test(each.getAttribute('href'))).length]`,
    );
    expect(found).toEqual([0, 0, 1, 0]);
    expect(complaints).toEqual([]);
  });

  test('works by keys', async () => {
    const { url } = await serve({ history: 20 });
    const { page } = await open(`${url}#/metrics`);
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    const rows = page.locator('.metric-row');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain(await rows.nth(2).locator('.name').textContent());
    await page.keyboard.press('Enter');
    await page.locator('.details .entry').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.details').waitFor({ state: 'detached' });
    expect(await focused()).toContain(await rows.nth(2).locator('.name').textContent());
    await page.keyboard.press('End');
    expect(await focused()).toContain(await rows.last().locator('.name').textContent());

    await page.goto(`${url}#/dashboards/runtime`);
    const about = page.getByRole('button', { name: 'About Memory' });
    await about.focus();
    await expect(page.getByRole('tooltip').first().isVisible()).resolves.toBe(true);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('tooltip').count()).resolves.toBe(0);
  });

  test('copies PromQL, and shows why a panel is not live', async () => {
    const { url } = await serve({ history: 20, obstacle: 'its window is longer than 15 minutes.' });
    const { page, context } = await open(url);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy PromQL of Requests by provider', exact: true }).click();
    await vi.waitFor(async () =>
      expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
        /^sum by \(provider\) \(rate\(gateway_requests/,
      ),
    );
    await expect(page.locator('.obstacle').first().textContent()).resolves.toBe(
      'Not live: its window is longer than 15 minutes.',
    );
  });

  test('the crosshair shows the values of its time in all charts', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.getByRole('button', { name: 'Pause' }).click();
    const values = async () =>
      Promise.all(
        ['Requests by provider', 'Failed requests by provider'].map((title) =>
          chartOf(page, title).locator('.entry b').allTextContents(),
        ),
      );
    const before = await values();
    const box = await chartOf(page, 'Requests by provider').locator('.u-over').boundingBox();
    if (box === null) throw new Error('the chart has no area');
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await vi.waitFor(async () => {
      const [first, second] = await values();
      expect(first).not.toEqual(before[0]);
      expect(second).not.toEqual(before[1]);
    });
  });

  test.each(['light', 'dark'] as const)('axe-core finds no violation in %s', async (colorScheme) => {
    const { url } = await serve({ history: 20 });
    for (const hash of ['', '#/dashboards/runtime', '#/metrics/http.server.request.duration', '#/series']) {
      const { page, context } = await open(url + hash, { colorScheme, bypassCSP: true });
      await page.addScriptTag({ content: axe.source });
      const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
        'axe.run().then(({ violations }) => violations)',
      );
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
        hash,
      ).toEqual([]);
      await context.close();
    }
  });

  test('is painted at once, and is small', async () => {
    const { url, bytes } = await serve({ history: 20 });
    expect(bytes).toBeLessThanOrEqual(120_000);
    const { page } = await open(url);
    const paint = await page.evaluate<number>('performance.getEntriesByName("first-contentful-paint")[0].startTime');
    console.log(`first paint after ${Math.round(paint)} ms, ${bytes} bytes`);
    // 300 ms is the goal; this machine may be busy.
    expect(paint).toBeLessThan(3_000);
  });
});
