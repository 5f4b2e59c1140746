/** Verbs of recorders and of their handles, guarded by `startMetrics`. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, MetricsError, type Pack, type PackContext, startMetrics } from 'otelier';
import { afterEach, expect, test, vi } from 'vitest';

const definitions = { jobs: counter({ name: 'jobs', unit: '1', description: 'Jobs.' }) };
type Context = PackContext<typeof definitions>;

interface Job {
  readonly size: number;
}

/** The handle of a job that was begun. */
class ActiveJob {
  readonly #context: Context;
  size: number;

  constructor(context: Context, size: number) {
    this.#context = context;
    this.size = size;
  }

  get half(): number {
    return this.#context.instruments === undefined ? Number.NaN : this.size / 2;
  }

  end(job: Job): number {
    this.#context.instruments.jobs.add(job.size);
    return job.size;
  }
}

class Base {
  inherited(job: Job): number {
    return job.size;
  }
}

class JobRecorder extends Base {
  readonly instruments: Context['instruments'];
  readonly #context: Context;
  readonly begin: (job: Job) => ActiveJob | undefined;
  readonly open: (job: Job) => { end(job: Job): number };

  constructor(context: Context) {
    super();
    const { guard } = context;
    this.#context = context;
    this.instruments = context.instruments;
    this.begin = ({ size }) => guard.handle('ActiveJob', new ActiveJob(context, size));
    const inert = { end: () => 0 };
    this.open = guard.verb(
      'open',
      ({ size }: Job) => ({ end: guard.verb('OpenJob.end', (job: Job) => size + job.size) }),
      () => inert,
    );
  }

  job(job: Job): void {
    this.#context.instruments.jobs.add(job.size);
  }

  /** Calls another verb, whose error drops the whole event. */
  twice(job: Job): string {
    this.job(job);
    return 'recorded';
  }

  chained(): this {
    return this;
  }

  time<T>(work: () => T): T {
    return work();
  }

  configured(): never {
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: 'jobs.method', expected: 'a method' }]);
  }

  async later(job: Job): Promise<number> {
    return job.size;
  }
}

const jobs: Pack<JobRecorder, typeof definitions> = {
  name: 'jobs',
  catalogue: defineCatalogue(definitions),
  recorder: (context) => new JobRecorder(context),
};

function start() {
  const metrics = startMetrics({ isolated: true, environment: { OTEL_METRICS_EXPORTER: 'none' }, packs: { jobs } });
  return { recorder: metrics.jobs, rejected: () => metrics.status().rejected.event_unreadable };
}

const hostile = {
  get size(): number {
    throw new Error('not loaded');
  },
};

const warn = vi.fn();
diag.setLogger({ error() {}, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
afterEach(() => warn.mockClear());

const dropped = (verb: string) =>
  `pack "jobs": ${verb}() dropped an event: not loaded; counted as event_unreadable in status().rejected; logged once per verb`;

test('a verb that throws counts each failure and logs the first', () => {
  const { recorder, rejected } = start();
  for (let call = 0; call < 3; call++) expect(recorder.job(hostile)).toBeUndefined();
  expect(rejected()).toBe(3);
  recorder.inherited(hostile);
  expect(warn.mock.calls).toEqual([[dropped('job')], [dropped('inherited')]]);
});

test('an error that cannot be printed is counted, too', () => {
  const { recorder, rejected } = start();
  recorder.job({
    get size(): number {
      throw Object.create(null);
    },
  });
  expect(rejected()).toBe(1);
});

test('an error in a verb that another verb calls drops the whole event', () => {
  const { recorder, rejected } = start();
  expect(recorder.twice(hostile)).toBeUndefined();
  expect(recorder.twice({ size: 1 })).toBe('recorded');
  expect(rejected()).toBe(1);
});

test('verbs of a handle are guarded and named with it', () => {
  const { recorder, rejected } = start();
  const job = recorder.begin({ size: 4 }) as ActiveJob;
  expect(job.end(hostile)).toBeUndefined();
  expect(job.end({ size: 2 })).toBe(2);
  expect(rejected()).toBe(1);
  expect(warn.mock.calls).toEqual([[dropped('ActiveJob.end')]]);
});

test('properties of a guarded object are those of the original', () => {
  const { recorder } = start();
  const job = recorder.begin({ size: 4 }) as ActiveJob;
  expect(job).toBeInstanceOf(ActiveJob);
  expect(job.half).toBe(2);
  job.size = 6;
  expect(job.half).toBe(3);
  expect(recorder).toBeInstanceOf(JobRecorder);
  expect(recorder.instruments.jobs).toBeDefined();
  expect(recorder.chained()).toBe(recorder);
});

test('a fallback is returned for a handle that could not be created', () => {
  const { recorder, rejected } = start();
  expect(recorder.open({ size: 1 }).end({ size: 2 })).toBe(3);
  expect(recorder.open(hostile).end({ size: 2 })).toBe(0);
  expect(recorder.open({ size: 1 }).end(hostile)).toBeUndefined();
  expect(rejected()).toBe(2);
  expect(warn.mock.calls).toEqual([[dropped('open')], [dropped('OpenJob.end')]]);
});

test('errors and results of a function of the application pass through', async () => {
  const { recorder, rejected } = start();
  const error = new Error('work failed');
  expect(recorder.time(() => 5)).toBe(5);
  expect(() =>
    recorder.time(() => {
      throw error;
    }),
  ).toThrow(error);
  const rejection = Promise.reject(error);
  expect(recorder.time(() => rejection)).toBe(rejection);
  await expect(rejection).rejects.toBe(error);
  expect(rejected()).toBe(0);
});

test('errors of a verb that was called with a function are counted if the pack calls no function', () => {
  const metrics = startMetrics({
    isolated: true,
    environment: { OTEL_METRICS_EXPORTER: 'none' },
    packs: { jobs: { ...jobs, callsBack: false } },
  });
  const unreadable = new Proxy(() => {}, { get: () => fail() }) as never;
  expect(metrics.jobs.job(unreadable)).toBeUndefined();
  expect(metrics.jobs.begin({ size: 4 })?.end(unreadable)).toBeUndefined();
  expect(metrics.status().rejected.event_unreadable).toBe(2);
  expect(() => metrics.jobs.configured()).toThrow('jobs.method');
});

test('invalid options still throw, and promises are returned unchanged', async () => {
  const { recorder, rejected } = start();
  expect(() => recorder.configured()).toThrow('jobs.method');
  await expect(recorder.later(hostile)).rejects.toThrow('not loaded');
  expect(rejected()).toBe(0);
});

test.each<[string, object]>([
  ['frozen', Object.freeze({ verb: () => fail() })],
  ['without a prototype', Object.assign(Object.create(null), { verb: () => fail() })],
  ['whose methods have symbols', { [Symbol.dispose]: () => fail(), verb: () => fail() }],
])('guards a recorder %s', (_, recorder) => {
  const pack: Pack<{ verb?(): void }> = { name: 'plain', catalogue: defineCatalogue({}), recorder: () => recorder };
  const metrics = startMetrics({ isolated: true, environment: { OTEL_METRICS_EXPORTER: 'none' }, packs: { pack } });
  const given = metrics.pack as unknown as Record<PropertyKey, () => void>;
  for (const key of Reflect.ownKeys(recorder)) given[key]?.();
  expect(metrics.status().rejected.event_unreadable).toBe(Reflect.ownKeys(recorder).length);
});

test('a recorder that is a function is returned unchanged', () => {
  const recorder = () => fail();
  const pack: Pack<() => void> = { name: 'plain', catalogue: defineCatalogue({}), recorder: () => recorder };
  const metrics = startMetrics({ isolated: true, environment: { OTEL_METRICS_EXPORTER: 'none' }, packs: { pack } });
  expect(metrics.pack).toBe(recorder);
});

function fail(): never {
  throw new Error('failed');
}
