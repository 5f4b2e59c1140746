/**
 * Instances of the OpenTelemetry API in this process.
 *
 * All instances share their registrations, but each has other no-op instruments and another object `metrics`. From version
 * 1.10 on, the ES module and the CommonJS module of one installation are two instances. Nested installations are more.
 */
import { createNoopMeter, type Meter, type MetricsAPI, metrics } from '@opentelemetry/api';

/** The members of an instance that are watched. */
export interface ApiInstance {
  readonly metrics: MetricsAPI;
  createNoopMeter(): Meter;
}

/** Folder of a copy of the API, in the path of one of its modules. */
export const apiFolder = /^.*[\\/]@opentelemetry[\\/]api(?=[\\/](?:build|dist)[\\/])/;

/**
 * Returns the instance that otelier uses, and all that Node loaded as CommonJS. Node does not list the ES modules that are
 * loaded.
 */
export function apiInstances(): readonly ApiInstance[] {
  const instances: ApiInstance[] = [{ metrics, createNoopMeter }];
  for (const [file, module] of commonJsModules()) {
    const loaded = apiFolder.test(file) ? (module?.exports as Partial<ApiInstance> | undefined) : undefined;
    if (typeof loaded?.createNoopMeter !== 'function' || typeof loaded.metrics?.setGlobalMeterProvider !== 'function')
      continue;
    if (instances.every((other) => other.metrics !== loaded.metrics)) instances.push(loaded as ApiInstance);
  }
  return instances;
}

/** Returns the modules that Node loaded as CommonJS, by their files; none in a runtime without them. */
export function commonJsModules(): readonly [file: string, module: NodeJS.Module | undefined][] {
  // Not imported: webpack replaces `createRequire`. All functions `require` share one cache, so any absolute path will do.
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    return Object.entries(createRequire(process.execPath).cache ?? {});
  } catch {
    return [];
  }
}
