/** Test fixture: a pack on a fake clock, scraped through the Prometheus endpoint. */
import type { RunningMetrics, StartSettings } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import { afterEach } from 'vitest';
import { FakeClock } from '../support/clock.js';

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Registers a function that is called after the test. */
export function afterwards(stop: () => Promise<unknown>): void {
  stopping.push(stop);
}

/** Starts metrics with `start`, which adds the pack. They can be scraped once `ready` settles and are shut down after the test. */
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
  // A flood lasts longer than the server keeps an idle connection.
  const headers = { connection: 'close' };
  const scrape = async () => (await fetch(metrics.status().backends[0]?.url as string, { headers })).text();
  /** Returns the families with samples, by name; families without samples are announced, too. */
  const families = async () => {
    const announced = parseExposition(await scrape());
    return new Map(announced.filter(({ samples }) => samples.length > 0).map((family) => [family.name, family]));
  };
  /** Returns samples without buckets, by the key that `keyOf` returns; samples with the key `undefined` are omitted. */
  const valuesBy = async (
    keyOf: (name: string, labels: ReadonlyMap<string, string>) => string | undefined,
    digits = 9,
  ): Promise<Record<string, number>> =>
    Object.fromEntries(
      [...(await families()).values()].flatMap(({ samples }) =>
        samples.flatMap(({ name, labels, value }) => {
          const key = labels.has('le') ? undefined : keyOf(name, labels);
          return key === undefined ? [] : [[key, Number(value.toFixed(digits))]];
        }),
      ),
    );
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, metrics, scrape, families, valuesBy, rejected };
}

/** Renders labels sorted by name, such as `{camera=front,stage=decode}`; an empty text without labels. */
export function shown(labels: ReadonlyMap<string, string>): string {
  const pairs = [...labels].map(([label, text]) => `${label}=${text}`).toSorted();
  return pairs.length === 0 ? '' : `{${pairs.join()}}`;
}
