/** All packs with verbs for measured values, on one fake clock, scraped through the Prometheus endpoint. */
import { startMetrics } from 'otelier';
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { gateway } from 'otelier/packs/gateway';
import { genai } from 'otelier/packs/genai';
import { http } from 'otelier/packs/http';
import { inference } from 'otelier/packs/inference';
import { vision } from 'otelier/packs/vision';
import { startScraped } from './scraped.js';

/** A price of every part of an operation. */
const everyPrice = {
  input: 2,
  output: 2,
  reasoning: 2,
  cacheRead: 1,
  cacheWrite: 1,
  cacheWrite1h: 1,
  audioInput: 1,
  audioOutput: 1,
  audioCacheRead: 1,
  imageInput: 1,
  imageOutput: 1,
  tools: { web_search: 1 },
};

/** Returns all packs; `memoryBytes` is the reading of pack `vision`. */
export const packsWith = (memoryBytes: () => number) => ({
  agents: agent({ prices: { priced: { input: 1, output: 2 } } }),
  gateway: gateway(),
  inference: inference(),
  benchmark: benchmark({ slo: { latencySeconds: 1e6 } }),
  vision: vision({ memoryBytes }),
  genai: genai({ environment: {}, conventions: 'both', prices: { m: everyPrice } }),
  http: http({ client: false }),
});

/** Keys of the packs. */
export type PackName = keyof ReturnType<typeof packsWith>;

/**
 * Starts the packs, or only one of them; they are stopped after the test.
 *
 * @param memoryBytes the reading of pack `vision`.
 */
export async function startEveryPack(only?: PackName, memoryBytes: () => number = () => 0) {
  const every = packsWith(memoryBytes);
  const packs = only === undefined ? every : ({ [only]: every[only] } as typeof every);
  const scraped = startScraped((settings) => startMetrics({ ...settings, packs }));
  await scraped.metrics.ready;
  // Properties start many; those of one test must not add up.
  return { ...scraped, stop: () => scraped.metrics.shutdown() };
}

export type EveryPack = Awaited<ReturnType<typeof startEveryPack>>['metrics'];
