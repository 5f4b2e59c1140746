/** A pack under test: on a clock that stands still, scraped by Prometheus. */
import type { RunningMetrics, StartSettings } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import { afterEach } from 'vitest';
import { FakeClock } from '../support/clock.js';

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Has something stopped after the test. */
export function afterwards(stop: () => Promise<unknown>): void {
  stopping.push(stop);
}

/** Starts metrics by `start`, which adds the pack; they are shut down after the test, and to be scraped when `ready`. */
export function startScraped<M extends RunningMetrics>(start: (settings: StartSettings) => M) {
  const clock = new FakeClock();
  const metrics = start({
    isolated: true,
    environment: {},
    clock,
    backends: [prometheus({ port: 0, withoutScopeLabels: true, withoutTargetInfo: true })],
    withoutSelfMetrics: true,
  });
  afterwards(() => metrics.shutdown());
  const scrape = async () => (await fetch(metrics.status().backends[0]?.url as string)).text();
  /** Families that have samples, by name: all are announced. */
  const families = async () => {
    const announced = parseExposition(await scrape());
    return new Map(announced.filter(({ samples }) => samples.length > 0).map((family) => [family.name, family]));
  };
  /** Samples by what they are called, no buckets; those that are called nothing are left out. */
  const valuesBy = async (
    called: (name: string, labels: ReadonlyMap<string, string>) => string | undefined,
    digits = 9,
  ): Promise<Record<string, number>> =>
    Object.fromEntries(
      [...(await families()).values()].flatMap(({ samples }) =>
        samples.flatMap(({ name, labels, value }) => {
          const key = labels.has('le') ? undefined : called(name, labels);
          return key === undefined ? [] : [[key, Number(value.toFixed(digits))]];
        }),
      ),
    );
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, metrics, scrape, families, valuesBy, rejected };
}

/** Labels in the order of their names, such as `{camera=front,stage=decode}`; nothing when there are none. */
export function shown(labels: ReadonlyMap<string, string>): string {
  const pairs = [...labels].map(([label, text]) => `${label}=${text}`).toSorted();
  return pairs.length === 0 ? '' : `{${pairs.join()}}`;
}
