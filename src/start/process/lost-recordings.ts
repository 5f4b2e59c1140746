/**
 * Measurements that no-op instruments of the OpenTelemetry API drop after metrics have started.
 *
 * The API hands out no-op instruments while no MeterProvider is registered, and they stay no-op for ever. All no-op
 * instruments of one kind of an instance of the API are the same object, so a method replaced on that object sees every
 * lost measurement, but neither the name of its metric nor what was dropped before.
 */

import type { Attributes } from '@opentelemetry/api';
import { fit } from '../../errors/fit.js';
import type { ApiInstance } from './api-instances.js';
import { type Caller, callerOf } from './caller.js';
import { replaceMethod } from './replace-method.js';

/** Packages whose own metrics are disabled by a no-op meter, on purpose. */
const ownMetricsOfSdk = /@opentelemetry[\\/](?:sdk-|otlp-|exporter-)|\bLoggerMetrics\b/;

type RecordMethod = (value: number, attributes?: Attributes) => void;

/**
 * Warns about the first lost measurement, with the position of the code that recorded it.
 *
 * @returns a function that stops watching.
 */
export function watchLostRecordings(instances: readonly ApiInstance[], warn: (message: string) => void): () => void {
  let calls = 0;
  const watch = <K extends 'add' | 'record'>(what: string, instrument: { [key in K]: RecordMethod }, method: K) => {
    const record = (_value: number, attributes?: Attributes) => {
      if (hasKeyOfSdk(attributes)) return;
      // A stack trace takes microseconds, and calls by SDKs may never end: only calls 1, 2, 4, 8, … are inspected.
      calls++;
      if ((calls & (calls - 1)) !== 0) return;
      const caller = callerOf(record);
      if (caller !== undefined && ownMetricsOfSdk.test(caller.frame)) return;
      stop();
      warn(lostRecording(what, caller));
    };
    return replaceMethod(instrument, method, record as { [key in K]: RecordMethod }[K]);
  };
  const restores = instances.flatMap((api) => {
    const meter = api.createNoopMeter();
    return [
      watch('a counter', meter.createCounter(''), 'add'),
      watch('an up-down counter', meter.createUpDownCounter(''), 'add'),
      watch('a histogram', meter.createHistogram(''), 'record'),
      // Absent in the API before version 1.9.
      ...(meter.createGauge === undefined ? [] : [watch('a gauge', meter.createGauge(''), 'record')]),
    ];
  });
  const stop = () => {
    for (const restore of restores) restore();
  };
  return stop;
}

/** Reports whether a key such as `otel.component.name` marks the measurement as one of an SDK about itself. */
function hasKeyOfSdk(attributes: Attributes | undefined): boolean {
  try {
    for (const key in attributes) if (key.startsWith('otel.')) return true;
  } catch {
    // A proxy may throw, and recording never does.
  }
  return false;
}

function lostRecording(what: string, caller: Caller | undefined): string {
  const where = caller === undefined ? '' : ' recorded at ';
  return fit`OpenTelemetry API: ${what}${where}${caller?.position ?? ''} was created before startMetrics: its measurements are lost; start first (--import otelier/register)`;
}
