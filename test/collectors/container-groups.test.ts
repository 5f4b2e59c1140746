/** Collector `container` in real control groups of version 1, where this process may create them. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const controllers = ['cpu', 'cpuacct', 'memory', 'pids'];
const id = randomBytes(32).toString('hex');
const folderOf = (controller: string) => `/sys/fs/cgroup/${controller}/docker/${id}`;

function mayCreate(): boolean {
  try {
    return controllers.every((controller) => {
      // Present in version 1 only, in the group of the whole host.
      accessSync(`/sys/fs/cgroup/${controller}/release_agent`, constants.W_OK);
      return existsSync(`/sys/fs/cgroup/${controller}/tasks`);
    });
  } catch {
    return false;
  }
}

/** Runs a program that joins the groups, keeps a processor busy, and then prints the metrics of its container. */
const source = `
  import { writeFileSync } from 'node:fs';
  import { startMetrics } from 'otelier';
  import { mountedPrometheus } from 'otelier/backends/prometheus';
  import { container } from 'otelier/collectors/container';
  for (const folder of ${JSON.stringify(controllers.map(folderOf))}) writeFileSync(folder + '/cgroup.procs', String(process.pid));
  const backend = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
  startMetrics({ isolated: true, environment: {}, backends: [backend], collectors: [container()] });
  for (const endMs = performance.now() + 1_000; performance.now() < endMs; );
  console.log(await (await backend.fetch(new Request('http://localhost/metrics'))).text());`;

test.skipIf(!mayCreate())('shows quota, throttling, memory and limits of its groups, with its id', async () => {
  const created = controllers.map(folderOf);
  try {
    for (const folder of created) mkdirSync(folder, { recursive: true });
    writeFileSync(`${folderOf('cpu')}/cpu.cfs_quota_us`, '25000');
    writeFileSync(`${folderOf('memory')}/memory.limit_in_bytes`, String(300 * 2 ** 20));
    writeFileSync(`${folderOf('pids')}/pids.max`, '200');
    const { stdout } = await startApp(source).end;
    const value = (name: string) =>
      Number(new RegExp(`^${name}\\{container_id="${id}"\\} (\\S+)$`, 'm').exec(stdout)?.[1]);
    expect(value('container_cpu_limit')).toBe(0.25);
    expect(value('container_memory_limit_bytes')).toBe(300 * 2 ** 20);
    expect(value('container_pids_limit')).toBe(200);
    // A busy program gets its quota and no more.
    expect(value('container_cpu_usage')).toBeGreaterThan(0.01);
    expect(value('container_cpu_usage')).toBeLessThan(0.5);
    expect(value('container_cpu_cfs_throttled_periods_total')).toBeGreaterThan(0);
    expect(value('container_cpu_cfs_throttled_seconds_total')).toBeGreaterThan(0);
    expect(value('container_memory_usage_bytes')).toBeGreaterThan(2 ** 20);
    expect(value('container_memory_available_bytes')).toBeLessThan(300 * 2 ** 20);
    expect(value('container_pids_count')).toBeGreaterThan(1);
    expect(value('container_oom_events_total')).toBe(0);
  } finally {
    // A group is removed once its processes have ended; that of all containers only if it is empty.
    for (const folder of created) {
      if (existsSync(folder)) rmdirSync(folder);
      try {
        rmdirSync(dirname(folder));
      } catch {}
    }
  }
});
