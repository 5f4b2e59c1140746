/** promtool parses the scrapes and complains only about mandated names. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { startNode } from '../support/program.js';
import { realServer } from './available.js';
import { type Demo, startDemo } from './demo.js';
import { checkMetrics } from './promtool.js';

const promtool = realServer('PROMTOOL');
const allKinds = fileURLToPath(new URL('fixtures/scrape.mjs', import.meta.url));

/** Complaints about mandated names with abbreviated units. The GPU metric exists only on machines with a GPU. */
const complaintOfWorkers = 'worker_latency_ms metric names should not contain abbreviated units';
const complaintOfGpu = 'gpu_memory_mb metric names should not contain abbreviated units';

const check = (scrape: string) => checkMetrics(promtool.bin, scrape);

/** Returns a scrape with the latency of workers, which exists after the first completed job. */
const scrapeWithWorkers = (demo: Demo) => async () => {
  const scrape = await demo.scrape();
  expect(scrape).toContain('\nworker_latency_ms{');
  return scrape;
};

describe.skipIf(promtool.missing)(`promtool check metrics${promtool.note}`, () => {
  test('rejects malformed text', () => {
    expect(check('a{b="c} 1\n').status).toBe(1);
  });

  test('has no complaint about a scrape of all instrument kinds', async () => {
    const program = startNode([allKinds], {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    const { code } = await program.end;
    expect(code, program.output()).toBe(0);
    const scrape = program.output();
    const types = [...scrape.matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, type]) => type);
    expect(types).toEqual([
      'target_info gauge',
      'shop_orders_total counter',
      'shop_carts gauge',
      'cellar_temperature_celsius gauge',
      'parcel_weight_kg histogram',
      'disk_read_bytes_total counter',
      'disk_open_files gauge',
      'queue_depth gauge',
      'otel_sdk_metric_reader_collection_duration_seconds histogram',
      'otel_sdk_exporter_operation_duration_seconds histogram',
      'otel_sdk_exporter_metric_data_point_exported_total counter',
      'otelier_exporter_inflight gauge',
      'otelier_exporter_retries_total counter',
      'otelier_exporter_waiting gauge',
      'otelier_exporter_shed_total counter',
      'otelier_exporter_last_success_time_seconds gauge',
      'otelier_measurement_rejected_total counter',
      'otelier_series_used gauge',
      'otelier_series_limit gauge',
      'otelier_attribute_values gauge',
      'otelier_heartbeat_seconds_total counter',
    ]);
    expect(check(scrape)).toEqual({ status: 0, complaints: [] });
  });

  test('complains only about mandated names in a scrape of the demo', async () => {
    const demo = await startDemo();
    try {
      const scrape = await vi.waitFor(scrapeWithWorkers(demo), { timeout: 20_000 });
      const { status, complaints } = check(scrape);
      // OpenTelemetry's names of the runtime: process.thread.count, process.unix.file_descriptor.count.
      const ofConventions = /^process_\w+_count non-histogram/;
      const own = complaints.filter((each) => each !== complaintOfGpu && !ofConventions.test(each));
      expect(own).toEqual([complaintOfWorkers]);
      expect(status).toBe(3);
    } finally {
      await demo.stop();
    }
  });
});
