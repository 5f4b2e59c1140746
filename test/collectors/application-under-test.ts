/** Metrics with the pack `application`, and sources for it. */
import { startMetrics } from 'otelier';
import {
  type ApplicationOptions,
  application,
  type BufferReading,
  type CacheReading,
  type HttpPoolReading,
  type PoolReading,
  type QueueReading,
} from 'otelier/collectors/application';
import { vi } from 'vitest';
import { diag } from '../../src/model/diag.js';
import { shown, startScraped } from '../packs/scraped.js';

const busy = 'otelier_application_busy';

/** Starts metrics with the pack. */
export function start(options?: ApplicationOptions) {
  const warn = vi.spyOn(diag, 'warn').mockImplementation(() => {});
  const packs = { app: application(options) };
  const { metrics, clock, ...scraped } = startScraped((settings) => startMetrics({ ...settings, packs }));
  /** Returns the values of the sources, a second after the last ones, without those of the time that reading took. */
  const values = async () => {
    clock.advance(1_000);
    await metrics.ready;
    return scraped.valuesBy((name, labels) => (name.startsWith(busy) ? undefined : `${name}${shown(labels)}`));
  };
  const messages = () => warn.mock.calls.map(([message]) => message);
  return { app: metrics.app, values, clock, messages, ...scraped };
}

export type App = ReturnType<typeof start>['app'];
export type Values = Readonly<Record<string, number>>;

export const pool = (name: string, reading: PoolReading | HttpPoolReading) => (app: App) =>
  app.observePool(name, () => reading);
export const cache = (name: string, reading: CacheReading) => (app: App) => app.observeCache(name, () => reading);
export const buffer = (name: string, reading: BufferReading) => (app: App) => app.observeBuffer(name, () => reading);
export const queue = (name: string, reading: QueueReading) => (app: App) => app.observeQueue(name, () => reading);

export const ofPool = 'db_client_connection_pool_name=orders';
