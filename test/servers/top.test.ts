/** `otelier top` in a real terminal: shows, sorts, filters, resizes, quits, and restores the terminal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startNode, startProgram } from '../support/program.js';
import { realServer } from './available.js';
import { type Endpoint, startEndpoint } from './endpoint.js';
import { freePorts, untilAnswers } from './listening.js';
import { type Pane, startPane } from './tmux.js';

const tmux = realServer('TMUX');
const nodeExporter = realServer('NODE_EXPORTER');
const victoriaMetrics = realServer('VICTORIA_METRICS');

/** Returns the table that the command prints of a server. @param path path that the server answers when it is ready. */
async function tableOf(
  bin: string,
  flagsOf: (address: string) => readonly string[],
  path = '/metrics',
): Promise<string> {
  const [port] = await freePorts(1);
  const server = startProgram(bin, flagsOf(`127.0.0.1:${port}`));
  try {
    await untilAnswers(server, `http://127.0.0.1:${port}${path}`);
    const { code, stdout, stderr } = await startNode([
      'dist/cli/index.js',
      ...['top', `127.0.0.1:${port}`, '--once', '--interval', '500ms'],
    ]).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('left out ');
    return stdout;
  } finally {
    await server.stop();
  }
}

test.skipIf(nodeExporter.missing)(`metrics of node_exporter${nodeExporter.note}`, async () => {
  const table = await tableOf(nodeExporter.bin, (address) => [`--web.listen-address=${address}`]);
  expect(table).toMatch(/^\+ node_cpu_seconds_total +\d+ +[\d.]+ (?:min|h|d) +[\d.]+ m?s\/s$/m);
  expect(table).toMatch(/^ {2}node_memory_MemTotal_bytes +1 +[\d.]+ [GT]B$/m);
  expect(table).toMatch(/^ {2}node_boot_time_seconds +1 +(?:\d{4}-\d\d-\d\d|\d\d:\d\d:\d\dZ)$/m);
  expect(table).toMatch(/^ {2}go_gc_duration_seconds +1 +\d+/m);
});

// Its metrics have no TYPE.
test.skipIf(victoriaMetrics.missing)(`metrics of VictoriaMetrics${victoriaMetrics.note}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-top-'));
  try {
    const flags = (address: string) => [`-httpListenAddr=${address}`, `-storageDataPath=${folder}`];
    const table = await tableOf(victoriaMetrics.bin, flags, '/api/v1/query?query=up');
    expect(table).toMatch(/^\+ vm_http_requests_total +\d+ +[\d.]+k? +[\d.]+\/s$/m);
    expect(table).toMatch(/^. vm_request_duration_seconds +\d+ +\d+ +[\d.]+\/s/m);
    expect(table).not.toMatch(/_bucket /);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe.skipIf(tmux.missing)(`tmux${tmux.note}`, () => {
  let endpoint: Endpoint;
  let recording: NodeJS.Timeout;
  let pane: Pane;
  beforeAll(async () => {
    endpoint = await startEndpoint();
    const meter = endpoint.provider.getMeter('shop');
    const orders = meter.createCounter('shop.orders', { unit: '{order}' });
    const latency = meter.createHistogram('shop.latency', {
      unit: 's',
      advice: { explicitBucketBoundaries: [0.2, 0.4] },
    });
    const load = meter.createGauge('shop.load');
    recording = setInterval(() => {
      orders.add(2, { route: '/orders', city: '東京' });
      orders.add(1, { route: '/cart', city: '\u001b[2J\u001b]0;x\u0007' });
      latency.record(0.3);
      load.record(99_000);
    }, 10);
  });
  afterAll(async () => {
    clearInterval(recording);
    await endpoint?.stop();
  });
  afterEach(() => pane?.stop());

  const start = (node: readonly string[] = []) => {
    const command = [process.execPath, ...node, 'dist/cli/index.js', 'top', endpoint.target, '--interval', '200ms'];
    pane = startPane(tmux.bin, command, { columns: 100, rows: 20 });
    return pane.shows(/shop_orders_total .*\/s/);
  };
  /** Waits for the end of the command, and checks that the terminal is as before. */
  const expectRestored = async (code: number) => {
    await pane.shows(new RegExp(`^ended with ${code}$`, 'm'), / icanon/, / echo /);
    expect(pane.text()).not.toMatch(/-icanon|-echo /);
    expect(pane.modes()).toEqual({ alternateScreen: false, cursor: true, wrap: true });
    expect(pane.text()).not.toContain('METRIC');
  };
  const firstName = () => /^[-+ ] (\w+)/m.exec(pane.text())?.[1];

  test('shows, sorts, filters, expands and quits', async () => {
    await start();
    expect(pane.modes()).toEqual({ alternateScreen: true, cursor: false, wrap: false });
    await pane.shows(/^otelier top {2}http:\/\/127\.0\.0\.1:\d+\/metrics {2}every 200 ms {2}sort name$/m);
    await pane.shows(/shop_latency_seconds .*\/s +300 ms +~300 ms +~390 ms +~398 ms$/m);
    expect(firstName()).toBe('shop_latency_seconds');
    pane.press('s');
    await pane.shows(/sort rate$/m);
    expect(firstName()).toBe('shop_orders_total');
    pane.press('s');
    await pane.shows(/sort value$/m);
    expect(firstName()).toBe('shop_load');
    pane.press('r');
    await pane.shows(/sort value reversed$/m);
    pane.press('/');
    pane.type('tot');
    await pane.shows(/^filter: tot_/m, /2 of 5 series {2}1 metric$/m);
    pane.press('Enter', 'Enter');
    await pane.shows(/^- shop_orders_total/m, /city=東京 route=\/orders/, /city=\\u001\S* route=\/cart/);
    pane.press('Escape');
    await pane.shows(/shop_load/);
    pane.press('q');
    await expectRestored(0);
  });

  test('fits another size of the terminal', async () => {
    await start();
    pane.resize(80, 12);
    await pane.shows(/SERIES +VALUE +RATE +P95 +P99$/m);
    pane.resize(140, 24);
    await pane.shows(/SERIES +VALUE +RATE +MEAN +P50 +P95 +P99$/m);
    expect(pane.text().split('\n').at(-2)).toMatch(/^q quit/);
    pane.press('C-c');
    await expectRestored(0);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('restores the terminal after %s', async (signal, code) => {
    await start();
    pane.signal(signal);
    await expectRestored(code);
  });

  test('restores the terminal after an exception, and shows it', async () => {
    await start(['--import', 'data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("boom")})']);
    pane.signal('SIGUSR2');
    await pane.shows(/Error: boom/);
    await expectRestored(1);
  });

  test('Ctrl-Z suspends with the terminal restored, and fg continues', async () => {
    const top = `${process.execPath} dist/cli/index.js top ${endpoint.target} --interval 200ms`;
    const shell = `${top}; echo "stopped with $?"; stty -a; read; fg; echo "continued to $?"`;
    pane = startPane(tmux.bin, ['bash', '-mc', shell], { columns: 100, rows: 20 });
    await pane.shows(/shop_orders_total .*\/s/);
    pane.press('C-z');
    // 128 and the number of SIGTSTP.
    await pane.shows(/^stopped with 148$/m, / icanon/);
    expect(pane.modes()).toEqual({ alternateScreen: false, cursor: true, wrap: true });
    pane.press('Enter');
    await pane.shows(/shop_orders_total .*\/s/);
    expect(pane.modes()).toEqual({ alternateScreen: true, cursor: false, wrap: false });
    pane.press('q');
    await pane.shows(/^continued to 0$/m);
    await expectRestored(0);
  });

  test('Ctrl-Z changes nothing without a shell that could continue the command', async () => {
    await start();
    pane.press('C-z', 's');
    await pane.shows(/sort rate$/m, /shop_orders_total .*\/s/);
    pane.press('q');
    await expectRestored(0);
  });

  test('shows a failure with its next step, and goes on', async () => {
    const command = [process.execPath, 'dist/cli/index.js', 'top', 'no-such-host.invalid', '--interval', '200ms'];
    pane = startPane(tmux.bin, command, { columns: 100, rows: 20 });
    await pane.shows(/host not .*check the host/s, /failures since/);
    pane.press('q');
    await expectRestored(0);
  });
});
