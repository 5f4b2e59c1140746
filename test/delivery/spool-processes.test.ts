/** Processes with a spool that end, are killed and share it: each window arrives, with its own time, and counts once. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { decodeRequest, pointsOfRequest } from '../formats/otlp/message.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spool-test-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(request|part)$/.test(name));

/** Records `work` and flushes it, in rounds; what it records it has written to `REPORT` before. */
const recording = `
  import { appendFileSync } from 'node:fs';
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  const app = defineCatalogue({ work: counter({ name: 'work', unit: '1', description: 'Work.' }) });
  const metrics = startMetrics({ catalogues: { app } });
  const round = async () => {
    appendFileSync(process.env.REPORT, process.env.RUN + '\\n');
    metrics.app.work.add(1);
    return (await metrics.forceFlush()).ok;
  };`;

/** Only delivers what is there. */
const delivering = `
  import { startMetrics } from 'otelier';
  const metrics = startMetrics({});
  process.exitCode = (await metrics.forceFlush()).ok ? 0 : 1;`;

interface Arrival {
  /** The process that recorded it. */
  readonly run: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly value: number;
}

function arrivalsOf(body: Buffer): Arrival[] {
  const [resourceMetrics] = decodeRequest(body)['resource_metrics'] as { resource: { attributes: unknown[] } }[];
  const attributes = resourceMetrics?.resource.attributes as { key: string; value: { string_value: string } }[];
  const run = attributes.find(({ key }) => key === 'run')?.value.string_value ?? '';
  return pointsOfRequest(body).map((point) => ({
    run,
    start: point['start_time_unix_nano'] as bigint,
    end: point['time_unix_nano'] as bigint,
    value: point['as_double'] as number,
  }));
}

/** A spool, an endpoint that answers as it is told, and processes for both. */
async function scene(answer: () => Answer) {
  const directory = temporaryFolder();
  const report = join(temporaryFolder(), 'report');
  writeFileSync(report, '');
  const accepted: Buffer[] = [];
  const peer = await startHttpPeer(({ body }) => {
    const reply = answer();
    if (reply !== 'hang' && reply.status === 200) accepted.push(body);
    return reply;
  });
  closing.push(peer.close);
  const start = (run: string, source: string, environment: Record<string, string> = {}) =>
    startApp(source, {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_METRIC_EXPORT_INTERVAL: '3600000',
      OTEL_RESOURCE_ATTRIBUTES: `run=${run}`,
      OTELIER_WITHOUT_SELF_METRICS: 'true',
      OTELIER_SPOOL_DIR: directory,
      REPORT: report,
      RUN: run,
      ...environment,
    });
  const recorded = (run: string) =>
    readFileSync(report, 'utf8')
      .split('\n')
      .filter((line) => line === run).length;
  const arrivals = () => accepted.flatMap(arrivalsOf);
  return { directory, peer, accepted, start, recorded, arrivals };
}

test('what a process could not deliver before it ended, the next one delivers, in order and with its times', async () => {
  let answer: Answer = { status: 503 };
  const { start, arrivals, directory } = await scene(() => answer);
  const rounds = `${recording} for (let count = 0; count < 3; count++) await round();`;
  const ends = [await start('1', rounds).end, await start('2', rounds).end];
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(filesIn(directory)).toHaveLength(6);
  answer = { status: 200 };
  expect(await start('3', `${recording} await round();`).end).toMatchObject({ code: 0, stderr: '' });
  expect(arrivals().map(({ run, value }) => `${run}: ${value}`)).toEqual(
    [...'111222'].map((run) => `${run}: 1`).concat('3: 1'),
  );
  const ends1 = arrivals().map(({ end }) => end);
  expect(ends1).toEqual([...ends1].sort());
  for (const run of ['1', '2']) {
    const windows = arrivals().filter((arrival) => arrival.run === run);
    expect(windows.slice(1).map(({ start: from }) => from)).toEqual(windows.slice(0, -1).map(({ end }) => end));
  }
  expect(filesIn(directory)).toEqual([]);
});

test('processes that share a folder and are killed leave each window to one of those that come', async () => {
  let answer: Answer = { status: 503 };
  const { start, arrivals, directory } = await scene(() => answer);
  const rounds = `${recording} for (let count = 0; count < 5; count++) await round(); console.log('rounds done'); setInterval(() => {}, 1_000);`;
  const first = ['1', '2', '3'].map((run) => start(run, rounds));
  await Promise.all(first.map(({ printed }) => printed(/rounds done/)));
  // Those that live keep what is theirs.
  answer = { status: 200 };
  expect(await start('4', delivering).end).toMatchObject({ code: 0 });
  expect(arrivals()).toEqual([]);
  for (const { child } of first) child.kill('SIGKILL');
  await Promise.all(first.map(({ end }) => end));
  const second = await Promise.all(['5', '6'].map((run) => start(run, delivering).end));
  expect(second.map(({ code, stderr }) => ({ code, stderr }))).toEqual(new Array(2).fill({ code: 0, stderr: '' }));
  expect(
    arrivals()
      .map(({ run }) => run)
      .sort()
      .join(''),
  ).toBe('111112222233333');
  expect(new Set(arrivals().map(({ run, end }) => `${run} ${end}`)).size).toBe(15);
  expect(filesIn(directory)).toEqual([]);
});

test('killed twenty times: at most one interval each is lost, none is damaged, none counts twice', async () => {
  const kills = 20;
  let run = 0;
  let lives = true;
  let began = performance.now();
  // Away for half of the time, in turns that are shorter than a life.
  const isAway = () => lives && Math.floor((performance.now() - began) / 60) % 2 === 0;
  /** What ran when a request was accepted. */
  const during: number[] = [];
  const { start, recorded, arrivals, accepted, directory } = await scene(() => {
    if (isAway()) return { status: 503 };
    during.push(run);
    return { status: 200 };
  });
  const rounds = `${recording} await round(); console.log('up');
    for (;;) { await round(); await new Promise((resolve) => setTimeout(resolve, 5)); }`;
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  let said = '';
  for (run = 1; run <= kills; run++) {
    began = performance.now();
    const app = start(String(run), rounds);
    // While it records, and while it takes over what the one before has left.
    if (run % 2 === 0) await app.printed(/up/).then(() => sleep(Math.random() * 150));
    else await sleep(100 + Math.random() * 250);
    app.child.kill('SIGKILL');
    said += (await app.end).stderr;
  }
  lives = false;
  const last = await start('last', delivering).end;
  expect(last).toMatchObject({ code: 0, stderr: '' });
  expect(said).not.toMatch(/damaged|given up|cannot/);
  expect(filesIn(directory)).toEqual([]);

  const windows = new Map<string, Arrival>();
  for (const arrival of arrivals()) windows.set(`${arrival.run} ${arrival.start} ${arrival.end}`, arrival);
  let total = 0;
  for (let of = 1; of <= kills; of++) {
    const arrived = [...windows.values()].filter((arrival) => arrival.run === String(of));
    const sum = arrived.reduce((all, { value }) => all + value, 0);
    const lost = recorded(String(of)) - sum;
    expect({ of, lost: lost === 0 || lost === 1 ? 'at most one' : lost }).toEqual({ of, lost: 'at most one' });
    total += sum;
  }
  expect(total).toBeGreaterThan(kills);

  // Only what was on its way when a process was killed is there twice: the last that came from it, byte for byte.
  const firsts = new Map<string, number>();
  for (const [index, body] of accepted.entries()) {
    const text = body.toString('latin1');
    const first = firsts.get(text);
    if (first === undefined) firsts.set(text, index);
    else expect(first).toBe(during.lastIndexOf(during[first] as number));
  }
  // What is not the same request again is another window.
  expect(firsts.size).toBe(windows.size);
});

test('the spool is no reason for a process to stay, nor to fail', async () => {
  const { start, peer } = await scene(() => ({ status: 200 }));
  await peer.close();
  const alone = await start('1', `${recording} await round();`, { OTEL_LOG_LEVEL: 'none' }).end;
  expect(alone).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(alone.lastedMs).toBeLessThan(15_000);
  const full = await start('1', `${recording} await round();`, { OTELIER_SPOOL_DIR: '/dev/null/spool' }).end;
  expect(full).toMatchObject({ code: 0, stderr: expect.stringContaining('OTELIER_SPOOL_DIR') });
  expect(full.stderr).toContain('/dev/null/spool');
});
