/** Metrics of collectors keep their keys, kinds and attributes: what is not declared does not compile. */
import { expectTypeOf, test } from 'vitest';
import { applicationCatalogue } from '../../src/collectors/application/metrics.js';
import { containerCatalogue } from '../../src/collectors/container/metrics.js';
import { gpuCatalogue } from '../../src/collectors/gpu/metrics.js';
import { hostCatalogue } from '../../src/collectors/host/metrics.js';
import { runtimeCatalogue } from '../../src/collectors/runtime/metrics.js';
import { metricsOf, type Query, rate, value } from '../../src/panels/index.js';

const application = metricsOf(applicationCatalogue(50));
const container = metricsOf(containerCatalogue());
const gpu = metricsOf(gpuCatalogue());
const host = metricsOf(hostCatalogue());
const runtime = metricsOf(runtimeCatalogue());

test('queries that are declared', () => {
  expectTypeOf(rate(host.pressure, { where: { 'system.linux.pressure.resource': 'memory' } })).toExtend<Query>();
  expectTypeOf(rate(application.cacheRequests, { by: ['cache.name', 'cache.result'] })).toExtend<Query>();
  expectTypeOf(value(gpu.utilization, { by: ['hw.id'], where: { 'hw.gpu.task': 'general' } })).toExtend<Query>();
});

export function wrongQueries(): void {
  // @ts-expect-error: an undeclared metric
  rate(runtime.loopTimes);
  // @ts-expect-error: an undeclared value
  rate(runtime.cpuTime, { where: { 'cpu.mode': 'idle' } });
  // @ts-expect-error: the rate of an up-down counter
  rate(runtime.memoryUsage);
  // @ts-expect-error: an undeclared attribute
  rate(host.diskIo, { by: ['network.io.direction'] });
  // @ts-expect-error: an undeclared value
  value(host.memoryUsage, { where: { 'system.memory.state': 'shared' } });
  // @ts-expect-error: an undeclared attribute
  value(container.memoryUsage, { by: ['container.name'] });
  // @ts-expect-error: the value of a counter
  value(container.oomKills);
  // @ts-expect-error: an undeclared value
  value(gpu.throttled, { where: { 'hw.gpu.throttle.reason': 'heat' } });
  // @ts-expect-error: an undeclared value
  value(application.queueItems, { where: { 'queue.state': 'done' } });
  // @ts-expect-error: an attribute of another kind of source
  value(application.bufferUsage, { by: ['queue.name'] });
}
