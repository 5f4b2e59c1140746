/** Runs the short examples as a reader would. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterEach, expect, test, vi } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startNode } from '../support/program.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const startExample = (number: string, ...flags: string[]) => startNode(['scripts/example.mjs', number, ...flags]);
const runExample = (number: string, environment?: Record<string, string>) =>
  startNode(['scripts/example.mjs', number], environment).end;

test('01 prints its counter as a table, as the README shows', async () => {
  const { code, stdout, stderr } = await runExample('01');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^first-metric at .*: 2 series\nshop\.orders {2}counter, {order}\n {2}channel=app {2}2\n {2}channel=web {2}1\n$/,
  );
  const withoutTime = (text = '') => text.replace(/ at \S+:/, '');
  const [, shown] = /^```text\n([\s\S]*?)^```$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(withoutTime(shown)).toBe(withoutTime(stdout));
});

test('02 prints a scrape', async () => {
  const { code, stdout, stderr } = await runExample('02');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('checkout_orders_total{country="NZ",outcome="paid"} 3');
  expect(stdout).toContain('checkout_duration_seconds_bucket{outcome="paid",le="1"} 2');
  expect(stdout).toContain('checkout_stock{warehouse="2"} 80');
});

test('06 serves metrics within a server, and requires a token', async () => {
  const { code, stdout, stderr } = await runExample('06');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('without a token: 401');
  expect(stdout).toContain('shop_orders_total 1');
  expect(stdout).toContain('shop_build_info{version="1.4.0"} 1');
});

test('04 delivers to an endpoint, and reports a missing endpoint', async () => {
  const peer = await startHttpPeer();
  closing.push(peer.close);
  const delivered = await runExample('04', { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url });
  expect(delivered).toMatchObject({ code: 0, stderr: '' });
  expect(delivered.stdout).toContain('The endpoint accepted the metrics.');
  expect(peer.requests[0]?.body.toString('latin1')).toContain('jobs.done');

  const alone = await runExample('04', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  expect(alone.code).toBe(0);
  expect(alone.stdout).toContain('Not delivered: connect ECONNREFUSED');
});

test('05 runs a catalogue on a foreign provider', async () => {
  const { code, stdout, stderr } = await runExample('05');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain("name: 'search.queries'");
  expect(stdout).toContain('boundaries: [ 1, 5, 10, 50, 100 ]');
});

test('07 pushes its last values when it ends', async () => {
  const alone = await runExample('07');
  expect({ code: alone.code, stderr: alone.stderr }).toEqual({ code: 0, stderr: '' });
  expect(alone.stdout).toContain('PUT /metrics/job/nightly-index/shard/7\n');
  expect(alone.stdout).toContain('indexing_documents_total{outcome="indexed"} 2');

  const peer = await startHttpPeer();
  closing.push(peer.close);
  expect(await runExample('07', { OTELIER_PUSHGATEWAY_URL: peer.url })).toMatchObject({ code: 0, stderr: '' });
  expect(peer.requests.map(({ path }) => path)).toEqual(['/metrics/job/nightly-index/shard/7']);
});

test('08 writes lines to a custom backend', async () => {
  const { code, stdout, stderr } = await runExample('08');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^jobs\.done,queue=mail\\,\\ urgent value=3 \d{13}\njobs\.time count=1,sum=0\.25 \d{13}\ndelivered\n$/,
  );
});

test('09 runs its agents and records their work', async () => {
  const { code, stdout, stderr } = await runExample('09');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^calculator\.js +quick +quality 100 +ok +left: eval$/m);
  expect(stdout).toMatch(/^upload\.js +quick, thorough +quality 40 +failed +left: syntax, /m);
  expect(stdout).toMatch(/^upload\.js +cache +quality 40 +failed/m);
  expect(stdout).toMatch(/avg_quality: 83,[\s\S]*success_rate: 70,[\s\S]*cache_hit_rate: 40/);
  for (const sample of [
    'lazybird_task_success_rate_percent 70',
    'lazybird_task_outcomes_total{outcome="failed"} 3',
    'lazybird_cache_hit_rate_percent{cache_layer="memory"} 40',
    'lazybird_agent_quality_score{agent="thorough"} 67.5',
    'lazybird_agent_switch_total{from_agent="quick",to_agent="thorough"} 4',
    // The thorough agent found less than the quick agent once.
    'lazybird_agent_switch_quality_improvement_bucket{le="-10"} 1',
  ]) {
    expect(stdout).toContain(`${sample}\n`);
  }
});

test('10 falls back and prints the metrics of its gateway', async () => {
  const { code, stdout, stderr } = await runExample('10');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of [
    'answered by quick: 12',
    'answered by steady: 5',
    'answered by cache: 7',
    'gateway_requests_total{provider="quick"} 17',
    'gateway_rate_limits_total{provider="quick"} 2',
    'gateway_users 3',
    'gateway_sessions 5',
    // 17 attempts, five fallbacks to the other provider, and seven answers from the cache.
    'gateway_audit_events_total{outcome="accepted"} 29',
  ]) {
    expect(stdout).toContain(`${line}\n`);
  }
  expect(stdout).toMatch(/gateway_fallbacks_total\{.*fallback_provider="steady".*\} 5\n/);
});

test('11 finds edges in its frames, with metrics and without', async () => {
  const { code, stdout, stderr } = await startExample('11', '--frames', '20').end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain('http:');
  expect(stdout).toMatch(/, metrics: none$/m);
  expect(stdout).toMatch(/^20 frames in [\d.]+ s, [\d.]+ per second, 0 dropped, 0 failed$/m);
  // Six windows are in every frame.
  expect(Number(/^(\d+) detections: /m.exec(stdout)?.[1])).toBeGreaterThan(6 * 20);
  expect(Number(/, (\d+) edge pixels per frame$/m.exec(stdout)?.[1])).toBeGreaterThan(1_000);

  const served = startExample('11', '--metrics', 'prometheus', '--port', '0', '--frames', '75', '--fps', '25');
  const url = await served.printed(/^http:\S+$/m);
  const scraped = await vi.waitFor(
    async () => {
      const text = await (await fetch(url)).text();
      expect(Number(/^vision_frames_total\{.*\} (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(5);
      return text;
    },
    { timeout: 20_000 },
  );
  expect(scraped).toMatch(/^vision_inference_duration_seconds_bucket\{.*model="sobel".*le="0\.5"\} \d+$/m);
  for (const stage of ['decode', 'preprocess', 'inference', 'postprocess', 'track']) {
    expect(scraped).toMatch(new RegExp(`^vision_stage_duration_seconds_count\\{.*stage="${stage}".*\\} [1-9]`, 'm'));
  }
  expect(scraped).toMatch(/^vision_detections_total\{.*class="outline".*\} [1-9]/m);
  expect(scraped).toMatch(/^vision_fps\{.*\} [1-9]/m);
  expect(Number(/^vision_memory_usage_bytes\S* (\d+)$/m.exec(scraped)?.[1])).toBeGreaterThan(10e6);
  // The program ends by itself: it leaves no server or timer open.
  expect(await served.end).toMatchObject({ code: 0, signal: null, stderr: '' });
  await expect(fetch(url)).rejects.toThrow();
});

test('11 reads images from any folder, and skips files that are not images', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'otelier-frames-'));
  closing.push(() => rm(folder, { recursive: true }));
  const png = new PNG({ width: 64, height: 48 });
  // A white square on black.
  for (let pixel = 0; pixel < 64 * 48; pixel++) {
    const isWhite = pixel % 64 > 16 && pixel % 64 < 48 && pixel > 12 * 64 && pixel < 36 * 64;
    png.data.fill(isWhite ? 255 : 0, pixel * 4, pixel * 4 + 4);
  }
  await writeFile(join(folder, 'a.png'), PNG.sync.write(png));
  await writeFile(join(folder, 'b.jpg'), 'not an image');
  await writeFile(join(folder, 'c.jpeg'), jpeg.encode({ data: png.data, width: 64, height: 48 }, 90).data);
  const flags = ['--metrics', 'none', '--input', folder, '--frames', '6'];
  const { code, stdout, stderr } = await startExample('11', ...flags).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('\n4 frames in ');
  expect(stdout).toContain(' 0 dropped, 2 failed\n');
  expect(stdout).toContain('\n4 detections: 4 outlines, 0 horizontal lines, 0 vertical lines; 1 tracks\n');
});

test.each([
  [['--seconds', 'abc'], '--seconds: got "abc", expected seconds above 0'],
  [['--seconds', ''], '--seconds: got "", expected seconds above 0'],
  [['--frames', 'abc'], '--frames: got "abc", expected a whole number above 0'],
  [['--frames', '1.5'], '--frames: got "1.5", expected a whole number above 0'],
  [['--fps', 'x'], '--fps: got "x", expected frames per second above 0'],
  [['--fps', '0'], '--fps: got "0", expected frames per second above 0'],
  [['--port', 'x'], '--port: got "x", expected a whole number from 0 to 65535'],
])('11 refuses %j', async (flags, message) => {
  const { code, stdout, stderr } = await startExample('11', ...flags).end;
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
});

test('12 benchmarks its models and delivers the results before it ends', async () => {
  const { code, stdout, stderr } = await runExample('12');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^sharp +12 +1 +0\.883 +3\.00 +0\.941 +[\d.]+ ms +[\d.]+\/s, \d+ %$/m);
  expect(stdout).toMatch(/^noisy +12 +1 +0\.801 +1\.17 +0\.857 +[\d.]+ ms +[\d.]+\/s, \d+ %$/m);
  for (const line of [
    'benchmark_runs_total{model_name="noisy",outcome="ok"} 1',
    'benchmark_samples_total{model_name="sharp",outcome="failed",prompt_category="spiral"} 1',
    'benchmark_predictions_total{model_name="noisy",result="false_positive"} 3',
  ]) {
    expect(stdout).toContain(`${line}\n`);
  }

  const peer = await startHttpPeer();
  closing.push(peer.close);
  expect(await runExample('12', { OTELIER_PUSHGATEWAY_URL: peer.url })).toMatchObject({ code: 0, stderr: '' });
  // One push for each model, and one at the end of the program.
  expect(peer.requests.map(({ path }) => path)).toEqual(Array(3).fill('/metrics/job/video-benchmark'));
});

test('lists the examples and refuses an unknown number', async () => {
  const { stdout } = await startNode(['scripts/example.mjs']).end;
  const names = readdirSync('examples').filter((name) => /^\d\d-/.test(name));
  expect(names.length).toBeGreaterThanOrEqual(12);
  for (const name of names) expect(stdout).toContain(name);
  expect((await runExample('99')).code).toBe(1);
});

test('13 generates a dashboard, rules and objectives from a catalogue', async () => {
  const { code, stdout, stderr } = await runExample('13');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    'catalogue-bookings.json\n' +
      'catalogue.rules.yaml\nalerts.md\n' +
      'BookingsRequestsErrors, BookingsAlmostFull, ' +
      'BookingLatencyBurn144, BookingLatencyBurn6, BookingLatencyBurn3, BookingLatencyBurn1, ' +
      'BookingErrorsBurn144, BookingErrorsBurn6, BookingErrorsBurn3, BookingErrorsBurn1\n',
  );
});
