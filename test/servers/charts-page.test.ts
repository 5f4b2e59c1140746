/** Charts of the live page in Chromium: the crosshair, gaps, labels of the time axis and legends. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { formatTime } from '../../src/page/units.js';
import { chartOf, chromiumServer, livePages } from './live-page.js';

const title = 'Requests by provider';
/** Records the labels of time that are drawn on canvases: text, left and right edge, and the width of the canvas. */
const recordLabels = `
  window.labels = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const half = this.measureText(text).width / 2;
    if (/^\\d\\d:\\d\\d/.test(text)) labels.push({ text, left: x - half, right: x + half, width: this.canvas.width });
    fillText.call(this, text, x, y);
  }`;

/** Returns the share of the width of a canvas at which the line of each entry of the legend begins. */
const lineStarts = `(title) => {
  const panel = [...document.querySelectorAll('.panel')].find(({ ariaLabel }) => ariaLabel === title);
  const canvas = panel.querySelector('canvas');
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return [...panel.querySelectorAll('.entry i')].map((mark) => {
    const [red, green, blue] = getComputedStyle(mark).backgroundColor.match(/\\d+/g).map(Number);
    const near = (at) => Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 12;
    for (let x = 0; x < width; x++)
      for (let y = 0; y < height; y++) if (data[(y * width + x) * 4 + 3] > 240 && near((y * width + x) * 4)) return x / width;
    return 1;
  });
}`;

describe.skipIf(chromiumServer.missing)(`charts of the live page${chromiumServer.note}`, () => {
  const { serve, open } = livePages();
  afterEach(() => vi.useRealTimers());

  /** Stops the time of the server. Fake timers would move it with each poll of `vi.waitFor`. */
  const stopAt = (time: Date) => vi.setSystemTime(time);
  /** Waits until the values of a time are shown: the past comes in several messages. */
  const showsTime = (page: Page, time: Date) =>
    page.locator('.status-bar time').getByText(formatTime(time.getTime())).waitFor();
  const valuesOf = (page: Page, of: string) => chartOf(page, of).locator('.entry b').allTextContents();
  /** Moves the pointer to a share of the width of the chart. */
  async function hover(page: Page, share: number) {
    const box = await chartOf(page, title).locator('.u-over').boundingBox();
    if (box === null) throw new Error('the chart has no area');
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  }

  test('the crosshair shows its time and the values of that time in all charts', async () => {
    const time = new Date(2026, 10, 30, 4, 43, 30);
    stopAt(time);
    const { url } = await serve();
    const { page } = await open(url);
    await showsTime(page, time);
    await chartOf(page, title).locator('.entry b').first().waitFor();
    const charts = [title, 'Failed requests by provider'];
    const before = await Promise.all(charts.map((each) => valuesOf(page, each)));
    await hover(page, 1 / 3);
    await vi.waitFor(async () => {
      for (const [index, each] of charts.entries()) expect(await valuesOf(page, each)).not.toEqual(before[index]);
    });
    const labels = page.locator('.crosshair-time:visible');
    await expect(labels.first().textContent()).resolves.toMatch(/^04:40:(09|10|11)$/);
    expect(new Set(await labels.allTextContents()).size).toBe(1);
    await page.mouse.move(0, 0);
    await vi.waitFor(async () => expect(await valuesOf(page, title)).toEqual(before[0]));
    await expect(labels.count()).resolves.toBe(0);
  });

  /** Opens a chart whose time is stopped. `shows` waits until the crosshair of two charts is at a time. */
  async function stoppedChart(options: BrowserContextOptions = {}) {
    const time = new Date(2026, 10, 30, 4, 43, 30);
    stopAt(time);
    const { url } = await serve({ history: 200 });
    const { page, context } = await open(url, options);
    await showsTime(page, time);
    const chart = chartOf(page, title);
    await chart.locator('.entry b').first().waitFor();
    const now = await valuesOf(page, title);
    const label = chart.locator('.crosshair-time');
    const shows = (secondsAgo: number) =>
      vi.waitFor(async () => {
        const text = formatTime(time.getTime() - secondsAgo * 1_000);
        const other = chartOf(page, 'Failed requests by provider').locator('.crosshair-time');
        expect([await label.textContent(), await other.textContent()]).toEqual([text, text]);
        expect((await valuesOf(page, title)).join() === now.join()).toBe(secondsAgo === 0);
      });
    return { page, context, chart, now, label, shows };
  }

  test('a tap and a finger move the crosshair in all charts', async () => {
    const { page, context, chart, shows } = await stoppedChart({ hasTouch: true, isMobile: true });
    const box = await chart.locator('.u-over').boundingBox();
    if (box === null) throw new Error('the chart has no area');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.touchscreen.tap(x, y);
    await shows(100);
    const finger = await context.newCDPSession(page);
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    for (const share of [0.55, 0.65, 0.75])
      await finger.send('Input.dispatchTouchEvent', {
        type: 'touchMove',
        touchPoints: [{ x: box.x + box.width * share, y }],
      });
    await shows(50);
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  });

  test('keys move the crosshair in all charts', async () => {
    const { page, chart, now, label, shows } = await stoppedChart();
    await chart.getByRole('img').focus();
    for (const [key, secondsAgo] of [
      ['ArrowLeft', 0],
      ['ArrowLeft', 1],
      ['ArrowRight', 0],
      ['ArrowRight', 0],
      ['Home', 200],
      ['ArrowLeft', 200],
      ['ArrowRight', 199],
      ['End', 0],
      ['ArrowLeft', 1],
    ] as const) {
      await page.keyboard.press(key);
      await shows(secondsAgo);
    }
    await page.keyboard.press('Escape');
    await expect(label.isVisible()).resolves.toBe(false);
    await vi.waitFor(async () => expect(await valuesOf(page, title)).toEqual(now));
    await page.keyboard.press('ArrowLeft');
    await shows(0);
    await page.keyboard.press('Tab');
    await expect(label.isVisible()).resolves.toBe(false);
  });

  test('the crosshair shows no value in a gap', async () => {
    const time = new Date(2026, 10, 30, 4, 43, 30);
    stopAt(time);
    const { url } = await serve({ history: 200, gap: [100, 40] });
    const { page } = await open(url);
    await showsTime(page, time);
    await chartOf(page, title).locator('.entry b').first().waitFor();
    // The chart begins at the first value, 200 seconds ago.
    for (const [secondsAgo, isEmpty] of [
      [150, false],
      [100, false],
      [97, true],
      [70, true],
      [43, true],
      [40, false],
      [10, false],
    ] as const) {
      await hover(page, 1 - secondsAgo / 200);
      await expect(page.locator('.crosshair-time').first().textContent()).resolves.toMatch(
        new RegExp([-1, 0, 1].map((near) => formatTime(time.getTime() - (secondsAgo + near) * 1_000)).join('|')),
      );
      const expected = isEmpty ? '–' : expect.stringMatching(/\/s$/);
      await vi.waitFor(async () => expect(await valuesOf(page, title)).toEqual([expected, expected, expected]));
    }
  });

  test.each(['openai', 'anthropic', 'mistral'])('a stack has no line of %s before its first value', async (legend) => {
    const time = new Date(2026, 10, 30, 4, 43, 30);
    stopAt(time);
    const { url } = await serve({ history: 200, late: { legend, seconds: 50 } });
    const { page } = await open(url);
    await showsTime(page, time);
    const chart = chartOf(page, title);
    await chart.locator('.entry b').first().waitFor();
    const names = await chart.locator('.entry .name').allTextContents();
    const starts = await page.evaluate<number[]>(`(${lineStarts})(${JSON.stringify(title)})`);
    // The axis takes less than a fifth of the width.
    expect(starts.map((share) => share > 0.2)).toEqual(names.map((name) => name === legend));
    expect(Math.max(...starts)).toBeGreaterThan(0.7);
  });

  test('a text has the same color in all legends, also after a reload and with a filter', async () => {
    const fake = await serve({ history: 60, late: { legend: 'openai', seconds: 30 } });
    const { page } = await open(fake.url, { viewport: { width: 1440, height: 6_000 } });
    const entries = () =>
      page.evaluate<[string, string][]>(
        "[...document.querySelectorAll('.entry:not(.further)')].map((each) => [each.querySelector('.name').textContent, getComputedStyle(each).getPropertyValue('--color')])",
      );
    const colors = async () => {
      await vi.waitFor(async () => expect((await entries()).length).toBeGreaterThan(20));
      const all = await entries();
      const byName = Object.fromEntries(all);
      expect(all.filter(([name, color]) => byName[name] !== color)).toEqual([]);
      return byName;
    };
    const before = await colors();
    expect(new Set(['openai', 'anthropic', 'mistral'].map((name) => before[name])).size).toBe(3);
    await page.reload();
    await expect(colors()).resolves.toEqual(before);
    await page.evaluate("location.hash = '#/dashboards/gateway?provider=openai'");
    await vi.waitFor(() => expect(fake.subscriptions.at(-1)?.where).toBeDefined());
    await expect(colors()).resolves.toMatchObject({ openai: before['openai'] });
  });

  test('labels of the time axis are whole at any time, and do not touch', async () => {
    for (const second of [0, 1, 2, 7, 13]) {
      stopAt(new Date(2026, 10, 30, 4, 43, 30 + second));
      const { url } = await serve({ history: 300 });
      const { page, context } = await open(url, { script: recordLabels });
      for (const range of ['1 min', '5 min', '15 min']) {
        await page.evaluate('labels.length = 0');
        await page.getByRole('button', { name: range, exact: true }).click();
        await vi.waitFor(async () => expect(await page.evaluate('labels.length')).toBeGreaterThan(0));
        const labels =
          await page.evaluate<{ text: string; left: number; right: number; width: number }[]>('labels.slice(0, 100)');
        const near = labels.filter((label, index) => {
          const next = labels[index + 1];
          return next !== undefined && next.left > label.left && next.left < label.right + 4;
        });
        const cut = labels.filter(({ left, right, width }) => left < 0 || right > width);
        expect([...cut, ...near], `${range} at ${second} s`).toEqual([]);
      }
      await context.close();
    }
  });

  test('a legend of many series says how many follow, and shows them', async () => {
    const { url } = await serve({ history: 20, copies: 4 });
    const { page } = await open(url);
    const chart = chartOf(page, title);
    const names = chart.locator('.entry .name');
    await expect(names.count()).resolves.toBe(8);
    await expect(chart.getByRole('img').getAttribute('aria-label')).resolves.toMatch(/; 4 more$/);
    await chart.getByRole('button', { name: 'show 4 more' }).click();
    await expect(names.count()).resolves.toBe(12);
    await chart.getByRole('button', { name: 'show fewer' }).click();
    await expect(names.count()).resolves.toBe(8);
    const legends = await page.evaluate<boolean[]>(
      "[...document.querySelectorAll('.legend')].map((each) => each.scrollHeight > each.clientHeight)",
    );
    expect(legends).not.toContain(true);
  });

  test('a dashboard that is opened while the page is paused shows its values up to that time', async () => {
    const { url, hold } = await serve({ history: 60 });
    const { page } = await open(url, { ready: '.entry b' });
    await page.getByRole('button', { name: 'Pause' }).click();
    const time = await page.locator('.status-bar time').textContent();
    const release = hold();
    await page.getByRole('link', { name: 'Node runtime' }).click();
    await chartOf(page, 'Delay of the event loop').getByText('no values yet').waitFor();
    release();
    await chartOf(page, 'Delay of the event loop').locator('.entry b').first().waitFor();
    await expect(page.locator('.status-bar time').textContent()).resolves.toBe(time);
  });

  test('a chart that was not drawn does not claim to have no values', async () => {
    const { url } = await serve({ history: 20 });
    const { page } = await open(url);
    await expect(page.getByText('no values yet').count()).resolves.toBe(0);
    await expect(page.locator('[aria-label*="no values yet"]').count()).resolves.toBe(0);
  });
});
