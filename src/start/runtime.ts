/** What runs between a start and a shutdown: readers, backends, the provider, and the sources that handles connect to. */
import { createRequire } from 'node:module';
import { diag, metrics as otelMetrics } from '@opentelemetry/api';
import type { IMetricReader, MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Catalogue } from '../catalogue/catalogue.js';
import { type HandleSource, noopSource } from '../catalogue/handles.js';
import { meterSource } from '../catalogue/meter-source.js';
import { noRejections, type RejectionCounts } from '../catalogue/rejections.js';
import { viewsOf } from '../catalogue/views.js';
import { MetricsError } from '../errors.js';
import type { Backend, BackendStatus } from '../model/backend.js';
import type { Clock } from '../model/clock.js';
import type { ChosenBackend } from './backends.js';
import { type FlushResult, flushAll } from './flush.js';
import { type DeclaredResource, detectResource, readFileOrNothing } from './resource.js';

const require = createRequire(import.meta.url);

/** Everything decided, nothing started. */
export interface RuntimePlan {
  readonly catalogues: ReadonlySet<Catalogue>;
  readonly chosen: readonly ChosenBackend[];
  readonly readers: readonly IMetricReader[];
  readonly resource: DeclaredResource;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly exportIntervalMs: number | undefined;
  readonly exportTimeoutMs: number;
}

/** How everything is doing. */
export interface MetricsStatus {
  readonly backends: readonly BackendStatus[];
  /** What recordings brought that could not be kept as given, by reason, since the start. */
  readonly rejected: Readonly<RejectionCounts>;
}

/** A running set of readers. */
export interface Runtime {
  /** Whether anything reads what is recorded. */
  readonly enabled: boolean;
  readonly ready: Promise<void>;
  /** Where a catalogue's handles record to. */
  source(catalogue: Catalogue): HandleSource;
  status(): MetricsStatus;
  flush(timeoutMs: number): Promise<FlushResult>;
  /** Flushes and stops everything. */
  shutdown(timeoutMs: number): Promise<FlushResult>;
  /** Makes this the provider of the OpenTelemetry API, unless there is one; undone by `shutdown`. */
  registerGlobally(): void;
}

/** Starts backends and provider. Without any reader nothing is loaded, and recording costs an empty call. */
export function startRuntime(plan: RuntimePlan): Runtime {
  const backends = plan.chosen.map((backend) =>
    backend.start({
      clock: plan.clock,
      exportIntervalMs: plan.exportIntervalMs,
      exportTimeoutMs: plan.exportTimeoutMs,
      warn: (message) => diag.warn(message),
    }),
  );
  const readers = [...backends.map(({ reader }) => reader), ...plan.readers];
  const counts = noRejections();
  const provider = readers.length === 0 ? undefined : createProvider(plan, readers, backends);
  const ready = Promise.all(backends.map(({ ready }) => ready)).then(() => undefined);
  // An application that does not await `ready` still learns of a failure, and never by an unhandled rejection.
  ready.catch((error: Error) => diag.error(error.message));

  const targets = flushTargets(backends, plan.readers);
  return {
    enabled: provider !== undefined,
    ready,
    source(catalogue) {
      if (provider === undefined || !plan.catalogues.has(catalogue)) return noopSource;
      const { name, version, schemaUrl } = catalogue.scope;
      return meterSource(provider.getMeter(name, version, schemaUrl === undefined ? {} : { schemaUrl }), counts);
    },
    status: () => ({ backends: backends.map((backend) => backend.status()), rejected: { ...counts } }),
    flush: (timeoutMs) =>
      flushAll(
        targets((reader) => reader.forceFlush()),
        timeoutMs,
      ),
    async shutdown(timeoutMs) {
      const result = await flushAll(
        targets((reader) => reader.shutdown()),
        timeoutMs,
      );
      if (provider !== undefined && otelMetrics.getMeterProvider() === provider) otelMetrics.disable();
      return result;
    },
    registerGlobally() {
      if (provider === undefined) return;
      if (!hasGlobalProvider() && otelMetrics.setGlobalMeterProvider(provider)) return;
      diag.warn('Another MeterProvider is registered globally; instruments of the plain OpenTelemetry API go there.');
    },
  };
}

function createProvider(
  plan: RuntimePlan,
  readers: readonly IMetricReader[],
  backends: readonly Backend[],
): MeterProvider {
  const sdk = require('@opentelemetry/sdk-metrics') as typeof import('@opentelemetry/sdk-metrics');
  const sources = { environment: plan.environment, readFile: readFileOrNothing };
  try {
    return new sdk.MeterProvider({
      resource: detectResource(plan.resource, sources),
      views: [...plan.catalogues].flatMap(viewsOf),
      readers: [...readers],
    });
  } catch (error) {
    // What was started is stopped: a port that stays open would be in use at the next try.
    for (const { reader } of backends) reader.shutdown().catch(() => undefined);
    const problem = { where: 'readers', expected: `readers that belong to no other provider (${error})` };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem], { cause: error });
  }
}

function flushTargets(backends: readonly Backend[], readers: readonly IMetricReader[]) {
  const named = [
    ...backends.map(({ name, reader }) => ({ name, reader })),
    ...readers.map((reader) => ({ name: reader.constructor.name, reader })),
  ];
  return (act: (reader: IMetricReader) => Promise<void>) =>
    named.map(({ name, reader }) => ({ name, flush: () => act(reader) }));
}

/** Whether a MeterProvider is registered, asked in a way that makes the API print no stack trace. */
function hasGlobalProvider(): boolean {
  return otelMetrics.getMeterProvider().constructor.name !== 'NoopMeterProvider';
}
