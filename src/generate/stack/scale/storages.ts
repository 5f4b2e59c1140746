/** The storages by name. */
import type { Storage } from '../options.js';
import { mimir } from './mimir.js';
import type { ScaleStorage } from './storage.js';
import { thanos } from './thanos.js';
import { victoriaMetrics } from './victoria-metrics.js';

const storages: Readonly<Record<Storage, () => ScaleStorage>> = { victoriametrics: victoriaMetrics, mimir, thanos };

/** Returns the servers of a storage. */
export function storageOf(scale: Storage): ScaleStorage {
  return storages[scale]();
}

/** Returns the endpoint of a storage for Prometheus' remote write. */
export function writeUrlOf(scale: Storage): string {
  return storageOf(scale).writeUrl;
}

/** Returns Grafana's data source for a storage. */
export function scaleSource(scale: Storage): object {
  const { queryUrl: url } = storageOf(scale);
  return { name: scale, uid: scale, type: 'prometheus', access: 'proxy', url, jsonData: { httpMethod: 'POST' } };
}
