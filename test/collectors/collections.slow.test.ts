/** Many collections of all collectors, in a separate process: neither memory nor open files grow. */
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const source = `
  import { readdirSync, readlinkSync } from 'node:fs';
  import { MetricReader } from '@opentelemetry/sdk-metrics';
  import { startMetrics } from 'otelier';
  import { mountedPrometheus } from 'otelier/backends/prometheus';
  import { container } from 'otelier/collectors/container';
  import { host } from 'otelier/collectors/host';
  import { runtime } from 'otelier/collectors/runtime';
  class LastReader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {
      await this.collect();
    }
  }
  let nowMs = 1e12;
  const clock = { nowUnixMs: () => nowMs, monotonicMs: () => nowMs };
  const every = { intervalMs: 20 };
  const backend = mountedPrometheus();
  const folder = '/proc/self/fd/';
  /** Returns the names of the open files. */
  const open = () => readdirSync(folder)
    .flatMap((name) => {
      try {
        return [readlinkSync(folder + name)];
      } catch {
        return [];
      }
    });
  const atStart = open();
  const collectors = [runtime(every), host(every), container(every)];
  const metrics = startMetrics({ isolated: true, environment: {}, clock, backends: [backend], readers: [new LastReader()], collectors });
  const request = new Request('http://localhost/metrics');
  let text;
  async function collect(count) {
    for (; count > 0; count--) {
      nowMs += 50;
      text = await (await backend.fetch(request)).text();
    }
  }
  function heap() {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  }
  await collect(5_000);
  const before = { files: open(), heap: heap() };
  await collect(5_000);
  const reads = Number(/^otelier_collector_reads_total\\{.*source="host.cpu".*\\} (\\d+)/m.exec(text)?.[1]);
  const grown = { files: open().length - before.files.length, bytes: heap() - before.heap };
  await metrics.shutdown();
  console.log(JSON.stringify({ reads, grown, leftOpen: open().filter(x => !atStart.includes(x)) }));`;

test.skipIf(process.platform !== 'linux')(
  'after 5,000 collections, memory and open files are those before',
  { timeout: 300_000 },
  async () => {
    const { code, stdout, stderr } = await startApp(source, {}, ['--expose-gc']).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { reads, grown, leftOpen } = JSON.parse(stdout);
    expect(reads).toBe(10_000);
    expect(grown.files).toBe(0);
    // A leak of one small object in each collection would be more.
    expect(grown.bytes).toBeLessThan(5_000 * 40);
    // The shutdown closes the files of the kernel, and its last collection leaves none open.
    expect(leftOpen).toEqual([]);
  },
);
