/**
 * An agent platform that does real work: two agents review programs with known defects, so that quality, duration and
 * cost are measured. Prints the result of each task, a summary, and a part of a scrape.
 */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { agent } from 'otelier/packs/agent';
import { prices } from './agents.ts';
import { Platform } from './platform.ts';
import { samples } from './samples.ts';

await using metrics = startMetrics({
  serviceName: 'agent-platform',
  packs: { platform: agent({ namespace: 'lazybird', prices }) },
  backends: [prometheus({ port: 0, withoutScopeLabels: true })],
});
const recorder = metrics.platform;

// The second round has unchanged programs, which are in the cache.
new Platform(recorder).run([...samples, ...samples.slice(0, 4)], ({ name }, { agents, quality, ok, left }) => {
  const outcome = ok ? 'ok' : 'failed';
  const rest = left.length === 0 ? 'nothing' : left.join(', ');
  console.log(
    `${name.padEnd(14)}${agents.padEnd(17)}quality ${String(quality).padEnd(4)}${outcome.padEnd(7)}left: ${rest}`,
  );
});

console.log('\nsummary', recorder.summary());

await metrics.ready;
const url = metrics.status().backends[0]?.url ?? '';
const startedAt = performance.now();
const scraped = await (await fetch(url)).text();
recorder.exported(performance.now() - startedAt);
console.log(`\nGET ${url}`);
const shown =
  /^lazybird_(?:agent_(?:usage|quality|success|cost|switch)|api_cost|task_success|task_outcomes|cache_hit|checkpoint_f)/;
console.log(
  scraped
    .split('\n')
    .filter((line) => shown.test(line))
    .join('\n'),
);
