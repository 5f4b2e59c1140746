/** All packs with verbs for measured values, on one fake clock, scraped through the Prometheus endpoint. */
import { startMetrics } from 'otelier';
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { gateway } from 'otelier/packs/gateway';
import { inference } from 'otelier/packs/inference';
import { vision } from 'otelier/packs/vision';
import { startScraped } from './scraped.js';

/** Starts the packs; they are stopped after the test. `memoryBytes` is the reading of pack `vision`. */
export async function startEveryPack(memoryBytes: () => number = () => 0) {
  const scraped = startScraped((settings) =>
    startMetrics({
      ...settings,
      packs: {
        agents: agent({ prices: { priced: { input: 1, output: 2 } } }),
        gateway: gateway(),
        inference: inference(),
        benchmark: benchmark({ slo: { latencySeconds: 1e6 } }),
        vision: vision({ memoryBytes }),
      },
    }),
  );
  await scraped.metrics.ready;
  // Properties start many; those of one test must not add up.
  return { ...scraped, stop: () => scraped.metrics.shutdown() };
}

export type EveryPack = Awaited<ReturnType<typeof startEveryPack>>['metrics'];
