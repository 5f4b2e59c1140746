/** Takes the screenshot of the live page that the README shows: runs the demo, waits until charts have moved, and saves it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { locateDebianPrograms } from './servers/debian.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const image = join(root, 'docs', 'images', 'live.png');
const largest = 150_000;
/** Seconds of values that the picture shows. */
const seconds = Number(process.env.SCREENSHOT_SECONDS ?? 75);

const { GATE_CHROMIUM_BIN: executablePath, GATE_CHROMIUM_MISSING: missing } = locateDebianPrograms(['chromium']);
if (executablePath === undefined) {
  console.error(missing);
  process.exit(1);
}
const port = await freePort();
const demo = spawn(process.execPath, [join(root, 'build/examples/03-inference-server/demo.js')], {
  stdio: 'ignore',
  env: {
    ...process.env,
    PORT: '0',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  },
});
try {
  const url = `http://127.0.0.1:${port}/`;
  await untilAnswers(url);
  await takeScreenshot(url);
} finally {
  demo.kill();
}
const { size } = statSync(image);
console.log(`docs/images/live.png: ${size} bytes`);
if (size > largest) {
  console.error(`The picture is larger than ${largest} bytes.`);
  process.exitCode = 1;
}

async function takeScreenshot(url) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    await page.goto(url);
    await page.locator('.entry b').first().waitFor();
    await page.waitForTimeout(seconds * 1_000);
    mkdirSync(dirname(image), { recursive: true });
    await page.screenshot({ path: image });
  } finally {
    await browser.close();
  }
}

async function untilAnswers(url) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the demo does not answer at ${url}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  return free;
}
