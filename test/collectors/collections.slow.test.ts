/** Many collections of all collectors, in a separate process: neither memory nor open files grow. */
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const source = `
  import { readdirSync } from 'node:fs';
  import { startMetrics } from 'otelier';
  import { mountedPrometheus } from 'otelier/backends/prometheus';
  import { container } from 'otelier/collectors/container';
  import { host } from 'otelier/collectors/host';
  import { runtime } from 'otelier/collectors/runtime';
  let nowMs = 1e12;
  const clock = { nowUnixMs: () => nowMs, monotonicMs: () => nowMs };
  const every = { intervalMs: 20 };
  const backend = mountedPrometheus();
  const collectors = [runtime(every), host(every), container(every)];
  const metrics = startMetrics({ isolated: true, environment: {}, clock, backends: [backend], collectors });
  const request = new Request('http://localhost/metrics');
  let text;
  async function collect(count) {
    for (; count > 0; count--) {
      nowMs += 50;
      text = await (await backend.fetch(request)).text();
    }
  }
  const open = () => readdirSync('/proc/self/fd').length;
  function heap() {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  }
  await collect(5_000);
  const before = { files: open(), heap: heap() };
  await collect(5_000);
  const reads = Number(/^otelier_collector_reads_total\\{.*source="host.cpu".*\\} (\\d+)/m.exec(text)?.[1]);
  console.log(JSON.stringify({ reads, files: open() - before.files, grownBytes: heap() - before.heap }));
  await metrics.shutdown();`;

test.skipIf(process.platform !== 'linux')(
  'after 5,000 collections, memory and open files are those before',
  { timeout: 300_000 },
  async () => {
    const { code, stdout, stderr } = await startApp(source, {}, ['--expose-gc']).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { reads, files, grownBytes } = JSON.parse(stdout);
    expect(reads).toBe(10_000);
    expect(files).toBe(0);
    // A leak of one small object in each collection would be more.
    expect(grownBytes).toBeLessThan(5_000 * 40);
  },
);
