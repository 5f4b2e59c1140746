/** Views of the live page in Chromium: accessibility, addresses, and what they show on a phone. */
import axe from 'axe-core';
import { describe, expect, test, vi } from 'vitest';
import { chromiumServer, livePages, overflow, wide } from './live-page.js';

const phone = { width: 390, height: 844 };
const views = ['', '#/dashboards/runtime', '#/dashboards/nope', '#/metrics/http.server.request.duration', '#/series'];

describe.skipIf(chromiumServer.missing)(`views of the live page${chromiumServer.note}`, () => {
  const { serve, open } = livePages();

  test.each([
    ['light', wide],
    ['dark', wide],
    ['light', phone],
    ['dark', phone],
  ] as const)('axe-core finds no violation in %s at %o', async (colorScheme, viewport) => {
    const { url } = await serve({ history: 20, copies: 4 });
    for (const hash of views) {
      const ready = '.entry b, .number, .metric-row, .cardinality tbody tr, .empty';
      const { page, context } = await open(url + hash, { colorScheme, viewport, bypassCSP: true, ready });
      await page.addScriptTag({ content: axe.source });
      const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
        "axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) => violations)",
      );
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
        hash,
      ).toEqual([]);
      await context.close();
    }
  });

  test.each([
    ['#/dashboards/nope', '.empty p', 'There is no dashboard "nope". The list of views has all dashboards.'],
    ['#/metrics/nope', '.found', 'There is no metric "nope".'],
  ])('%s is not silently another view', async (hash, element, text) => {
    const { url } = await serve({ history: 20 });
    const { page, complaints } = await open(url + hash, { ready: element });
    await expect(page.locator(element).first().textContent()).resolves.toBe(text);
    await page.getByRole('link', { name: 'Node runtime' }).click();
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toBe('Node runtime');
    expect(complaints).toEqual([]);
  });

  test.each([
    [20, true],
    [900, false],
  ])('a chart of %d seconds of 15 minutes says so: %s', async (history, isYoung) => {
    const { url } = await serve({ history });
    const { page } = await open(url);
    await page.getByRole('button', { name: '15 min' }).click();
    const status = page.getByRole('region', { name: 'Status' });
    if (isYoung) await expect(status.textContent()).resolves.toMatch(/, values since \d\d:\d\d:\d\d/);
    else await expect(status.textContent()).resolves.not.toContain('values since');
  });

  test.each([
    ['removed', '?provider=openai', ''],
    ['set', '', '?provider=openai'],
    ['replaced', '?provider=openai', '?provider=mistral'],
  ])('a filter that is %s keeps the past', async (_, from, to) => {
    const fake = await serve({ history: 900 });
    for (const view of ['#/dashboards/gateway', '#/metrics']) {
      const { page, context, complaints } = await open(`${fake.url}${view}${from}`);
      await page.getByRole('button', { name: '15 min' }).click();
      const sent = fake.sent();
      await page.evaluate(`location.hash = '${view}${to}'`);
      await vi.waitFor(() => expect(fake.sent()).toBeGreaterThan(sent + 1), { timeout: 10_000 });
      // The past comes in several messages.
      const status = page.getByRole('region', { name: 'Status' });
      await vi.waitFor(async () => expect(await status.textContent()).not.toContain('values since'));
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  test('the line of a filter names the cause where nothing is shown', async () => {
    const { url } = await serve({ history: 20 });
    const { page, complaints } = await open(`${url}#/dashboards/gateway?provider=openai`);
    const line = page.locator('.found');
    for (const [view, text] of [
      ['gateway?provider=openai', 'Only series with provider = openai.'],
      ['runtime?provider=openai', 'No metric of this dashboard has the attribute provider.'],
      ['runtime?provider=none', 'No metric of this dashboard has the attribute provider.'],
      ['gateway?provider=none', 'No series of this dashboard has provider = none.'],
      ['gateway?provider=openai', 'Only series with provider = openai.'],
    ]) {
      await page.evaluate(`location.hash = '#/dashboards/${view}'`);
      await vi.waitFor(async () => expect(await line.textContent()).toBe(`${text} Show all series`));
    }
    await line.getByRole('link').click();
    await line.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('the table of series fits on a phone', async () => {
    const { url } = await serve({ history: 20 });
    const { page } = await open(`${url}#/series`, { viewport: phone });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(
      await page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.scroll'))",
      ),
    ).toBe(0);
    await expect(page.locator('.cardinality tbody tr').first().textContent()).resolves.toContain('2000');
  });
});
