/**
 * The metrics of GPUs. Names of OpenTelemetry's conventions where there are any.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/hardware/gpu/
 * @see https://opentelemetry.io/docs/specs/semconv/hardware/common/
 */
import { type AttributeTypes, oneOf, optional, text } from '../../catalogue/attributes.js';
import { defineCatalogue } from '../../catalogue/catalogue.js';
import {
  type DefinitionOptions,
  type MetricDefinition,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
} from '../../catalogue/definitions.js';
import { collectorScope, type InstrumentKind } from '../../model/instrument.js';
import { definitionsOf, type ReadMetric } from '../collector.js';
import { type GpuReading, type ThrottleReason, throttleReasons } from './reading.js';

type Value = number | undefined;
/** Value, and the value of the metric's own attribute. */
type Values = Iterable<readonly [value: Value, attribute: string]>;

const gpu = {
  'hw.id': text({ limit: 200 }),
  'hw.name': text({ limit: 200 }),
  'hw.model': text({ limit: 50 }),
  'hw.vendor': oneOf('AMD', 'NVIDIA'),
  'hw.parent': optional(text({ limit: 50 })),
};
const component = { 'hw.type': oneOf('gpu') };

function attributesOf({ id, index, name, vendor, parent }: GpuReading): Record<string, string> {
  const own = { 'hw.id': id, 'hw.model': name, 'hw.vendor': vendor };
  return parent === undefined
    ? { ...own, 'hw.name': `gpu${index}` }
    : { ...own, 'hw.name': `mig${index}`, 'hw.parent': parent };
}

/** Metric with a value per GPU and value of the attribute `key`; without a key, with one value per GPU. */
function metric<K extends InstrumentKind, const A extends AttributeTypes>(
  make: (options: DefinitionOptions) => MetricDefinition<K>,
  [name, unit, description]: readonly [name: string, unit: string, description: string],
  attributes: A,
  valuesOf: (reading: GpuReading) => Values | Value,
): ReadMetric<readonly GpuReading[], MetricDefinition<K, typeof gpu & A>> {
  const { 'hw.type': hasType, ...own }: AttributeTypes = attributes;
  const [key = ''] = Object.keys(own);
  return {
    definition: make({ name, unit, description, attributes: { ...gpu, ...attributes } }) as MetricDefinition<
      K,
      typeof gpu & A
    >,
    read(readings, observe) {
      for (const reading of readings) {
        const common = { ...attributesOf(reading), ...(hasType && { 'hw.type': 'gpu' }) };
        const values = valuesOf(reading);
        if (typeof values !== 'object') observe(values, common);
        else for (const [value, attribute] of values) observe(value, { ...common, [key]: attribute });
      }
    },
  };
}

/** Xid codes are errors of the driver; ECC counts follow the conventions. */
function* errorsOf({ correctedErrors, uncorrectedErrors, xidErrors }: GpuReading): Generator<[Value, string]> {
  yield [correctedErrors, 'corrected'];
  yield [uncorrectedErrors, 'uncorrected'];
  for (const [code, count] of xidErrors ?? []) yield [count, `xid_${code}`];
}

const reasons = Object.keys(throttleReasons) as ThrottleReason[];

export const gpuMetrics = {
  utilization: metric(
    observableGauge,
    ['hw.gpu.utilization', '1', 'Share of time in which the GPU worked, by task.'],
    { 'hw.gpu.task': oneOf('general', 'encoder', 'decoder') },
    (reading) => [
      [reading.utilization, 'general'],
      [reading.encoderUtilization, 'encoder'],
      [reading.decoderUtilization, 'decoder'],
    ],
  ),
  memoryUsage: metric(
    observableUpDownCounter,
    ['hw.gpu.memory.usage', 'By', 'Used memory.'],
    {},
    (reading) => reading.memoryUsedBytes,
  ),
  memoryLimit: metric(
    observableUpDownCounter,
    ['hw.gpu.memory.limit', 'By', 'Size of the memory.'],
    {},
    (reading) => reading.memoryTotalBytes,
  ),
  memoryUtilization: metric(
    observableGauge,
    ['hw.gpu.memory.utilization', '1', 'Used share of the memory.'],
    {},
    ({ memoryUsedBytes, memoryTotalBytes }) =>
      memoryUsedBytes === undefined || !memoryTotalBytes ? undefined : memoryUsedBytes / memoryTotalBytes,
  ),
  memoryController: metric(
    observableGauge,
    ['hw.gpu.memory.controller.utilization', '1', 'Share of time in which memory was read or written.'],
    {},
    (reading) => reading.memoryControllerUtilization,
  ),
  processMemory: metric(
    observableUpDownCounter,
    ['hw.gpu.process.memory.usage', 'By', 'Memory that a process uses.'],
    { 'process.pid': text({ limit: 200 }) },
    ({ processes = [] }) => processes.map(({ pid, memoryUsedBytes }) => [memoryUsedBytes, String(pid)]),
  ),
  power: metric(
    observableGauge,
    ['hw.power', 'W', 'Power that the GPU draws.'],
    component,
    (reading) => reading.powerWatts,
  ),
  powerLimit: metric(
    observableGauge,
    ['hw.gpu.power.limit', 'W', 'Power at which the clock is reduced.'],
    {},
    (reading) => reading.powerLimitWatts,
  ),
  energy: metric(
    observableCounter,
    ['hw.energy', 'J', 'Energy since the driver was loaded.'],
    component,
    (reading) => reading.energyJoules,
  ),
  temperature: metric(
    observableGauge,
    ['hw.temperature', 'Cel', 'Temperature.'],
    { 'hw.sensor_location': oneOf('gpu', 'memory') },
    (reading) => [
      [reading.temperatureCelsius, 'gpu'],
      [reading.memoryTemperatureCelsius, 'memory'],
    ],
  ),
  clock: metric(
    observableGauge,
    ['hw.gpu.speed', 'Hz', 'Clock frequency.'],
    { 'hw.gpu.clock': oneOf('compute', 'memory') },
    (reading) => [
      [reading.clockHertz, 'compute'],
      [reading.memoryClockHertz, 'memory'],
    ],
  ),
  throttled: metric(
    observableUpDownCounter,
    ['hw.gpu.throttled', '1', '1 while the clock is reduced for a reason, 0 otherwise.'],
    { 'hw.gpu.throttle.reason': oneOf(...reasons) },
    ({ throttleReasons: active }) =>
      active === undefined ? undefined : reasons.map((reason) => [active.includes(reason) ? 1 : 0, reason]),
  ),
  errors: metric(
    observableCounter,
    ['hw.errors', '{error}', 'Errors since the driver was loaded; Xid errors since the first reading.'],
    { ...component, 'error.type': text({ limit: 50 }) },
    errorsOf,
  ),
} satisfies Readonly<Record<string, ReadMetric<readonly GpuReading[]>>>;

/** Returns the catalogue of the metrics, for queries. */
export const gpuCatalogue = () => defineCatalogue(definitionsOf(gpuMetrics), { scope: { name: collectorScope } });
