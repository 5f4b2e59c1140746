/** Encodes one collection outside of the endpoint. */
import { bodyOf } from '../../formats/prometheus/exposition-encoder.js';
import type { AcknowledgedProducer } from '../../model/collected.js';
import type { OptionValues } from '../../options/option.js';
import { createExposition } from './exposition.js';
import type { ScrapeFormat } from './negotiation.js';
import type { prometheusOptions } from './options.js';

/**
 * Collects and encodes all metrics. Without a producer, the result has no metrics.
 *
 * Names outside the legacy character set are escaped with underscores, as for a scraper that requests no escaping.
 */
export async function encodeSnapshot(
  producer: AcknowledgedProducer | undefined,
  format: ScrapeFormat,
  options: OptionValues<typeof prometheusOptions>,
  warn: (message: string) => void,
): Promise<Buffer> {
  const exposition = createExposition({ format, escaping: 'underscores' }, options, warn);
  if (producer === undefined) return Buffer.from(exposition.trailer);
  const collected = await producer.begin();
  // Resource attributes may be labels of every series.
  await collected.resource.waitForAsyncAttributes?.();
  await collected.walk(exposition);
  return Buffer.concat(bodyOf(exposition).all);
}
