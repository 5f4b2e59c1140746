/** Opens the live page in Chromium, against a fake endpoint whose values move. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type FakeOptions, type FakeServer, startFakeServer } from '../page/fake-server.js';
import { realServer } from './available.js';

export const chromiumServer = realServer('CHROMIUM');
export const wide = { width: 1440, height: 1000 };
export const phone = { width: 360, height: 780 };

/** Returns functions that serve and open pages until the end of a test. */
export function livePages() {
  let browser: Browser;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumServer.bin, args: ['--no-sandbox'] });
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

  /** Opens a page. `complaints` are the errors and warnings of its console. `ready` is on it once it shows values. */
  async function open(
    url: string,
    options: BrowserContextOptions & { readonly ready?: string; readonly script?: string } = {},
  ) {
    const { ready = '.entry b, .number, .metric-row, .cardinality tbody tr', script, ...rest } = options;
    const context = await browser.newContext({ viewport: wide, colorScheme: 'light', ...rest });
    ends.push(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    if (script !== undefined) await page.addInitScript(script);
    await page.goto(url);
    await page.locator(ready).first().waitFor();
    return { page, context, complaints };
  }

  return { serve, open, ends };
}

export const chartOf = (page: Page, title: string) => page.getByRole('article', { name: title, exact: true });
/** Pixels by which the page is wider than the window. */
export const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
