/** Errors about options in code: one error with all problems, each with the nearest valid spelling. */
import { type MetricsError, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';

const none = { OTEL_METRICS_EXPORTER: 'none' };

test('options of the wrong type are reported', () => {
  const shop = { metrics: [], definitions: {} };
  for (const [options, message] of [
    [{ backends: prometheus() }, 'backends: expected a list such as [prometheus()], not a single backend'],
    [{ catalogues: null }, 'catalogues: got null, expected an object'],
    [{ catalogues: shop }, 'catalogues: expected an object such as { shop }, not a single catalogue'],
    [{ backends: [prometheus] }, 'backends[0]: got the function prometheus, expected a backend'],
  ] as const) {
    expect(() => startMetrics({ isolated: true, environment: none, ...(options as object) })).toThrow(message);
  }
});

test('all problems in code are reported in one error', () => {
  const invalid = () =>
    startMetrics({
      isolated: true,
      environment: {},
      serviceName: '',
      exportIntervalMs: 0,
      exporters: ['statsd'],
      backends: [prometheus({ port: 70_000 }), otlp({ endpoint: 'localhost:4318' }), {} as never],
      readers: [{} as never],
      catalogues: { shop: {} as never },
      packs: { pack: {} as never },
      // @ts-expect-error: unknown option
      servicename: 'x',
    });
  let error: MetricsError | undefined;
  try {
    invalid();
  } catch (thrown) {
    error = thrown as MetricsError;
  }
  expect(error?.code).toBe('METRICS_OPTIONS_INVALID');
  expect(error?.problems.map(({ where }) => where).sort()).toEqual([
    'backends[2]',
    'catalogues.shop',
    'exportIntervalMs',
    'exporters',
    'otlp.endpoint',
    'packs.pack',
    'prometheus.port',
    'readers[0]',
    'serviceName',
    'servicename',
  ]);
  expect(error?.message).toContain('prometheus.port: got 70000, expected a port from 0 to 65535');
  expect(error?.message).toContain('servicename: expected a known option (did you mean "serviceName"?)');
});

test.each([
  [
    'exporters',
    { exporters: ['prometeus'] },
    'exporters: got "prometeus", expected one of prometheus, otlp, .*, none \\(did you mean "prometheus"\\?\\)',
  ],
  [
    'logLevel',
    { logLevel: 'wran' },
    'logLevel: got "wran", expected one of none, .*, all \\(did you mean "warn"\\?\\)',
  ],
  [
    'an option of a backend',
    { backends: [otlp({ compression: 'gzp' as never })] },
    'otlp.compression: got "gzp", .* \\(did you mean "gzip"\\?\\)',
  ],
  [
    'a backend option name',
    { backends: [prometheus({ basepath: '/x' } as never)] },
    'prometheus.basepath: .* \\(did you mean "basePath"\\?\\)',
  ],
  ['an option name', { loglevels: 'warn' }, 'loglevels: expected a known option \\(did you mean "logLevel"\\?\\)'],
  [
    'an unrelated option name',
    { verbosity: 1 },
    'verbosity: expected a known option: catalogues, packs, .*, packNames, .*…\n',
  ],
])('an error suggests the nearest valid spelling, or lists all: %s', (_, options, message) => {
  const start = () => startMetrics({ isolated: true, environment: none, ...(options as object) });
  expect(start).toThrow(new RegExp(`^ {2}- ${message}`, 'm'));
});
