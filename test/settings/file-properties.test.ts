// biome-ignore-all lint/suspicious/noTemplateCurlyInString: literal references of the file format.
/** Properties: no file makes a start throw, and an invalid file is reported with locations. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startWith } from './configuration-file.js';

/** A valid file with every supported section. */
const whole = {
  file_format: '1.0',
  disabled: false,
  log_level: 'info',
  resource: {
    schema_url: 'https://opentelemetry.io/schemas/1.30.0',
    attributes: [
      { name: 'service.name', value: 'shop' },
      { name: 'sizes', value: [1, 2], type: 'int_array' },
    ],
    attributes_list: 'a=1',
    'detection/development': { attributes: { included: ['host.*'] }, detectors: [{ host: null }] },
  },
  meter_provider: {
    exemplar_filter: 'always_on',
    readers: [
      {
        periodic: {
          interval: 1_000,
          exporter: {
            otlp_http: {
              endpoint: 'http://localhost:1',
              headers: [{ name: 'a', value: 'b' }],
              headers_list: 'c=d',
              tls: { ca_file: '/ca.pem' },
              encoding: 'json',
            },
          },
          cardinality_limits: { default: 5, gauge: 3 },
        },
      },
      { periodic: { exporter: { console: null } } },
      { pull: { exporter: { 'otelier/prometheus': { port: 0, resource_labels: ['a'] } } } },
    ],
    views: [
      {
        selector: { instrument_name: 'a', instrument_type: 'histogram' },
        stream: {
          aggregation: { explicit_bucket_histogram: { boundaries: [1, 2] } },
          attribute_keys: { included: ['a'], excluded: ['b'] },
        },
      },
    ],
  },
  distribution: { otelier: { shutdown_timeout_ms: 5 } },
};

type Step = string | number;

function pathsOf(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key as Step]))];
}

function replaced(value: unknown, [step, ...rest]: readonly Step[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<Step, unknown>;
  copy[step] = replaced(copy[step], rest, by);
  return copy;
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', null, [], {}, [null], '${', '${A}', '$$', '*', -1, Number.POSITIVE_INFINITY, '__proto__', {
    constructor: 1,
  }),
);

/** Returns the error that `ready` rejects with for a file; `undefined` for a valid file. Starts no backend. */
function errorOf(text: string): Promise<{ code?: string; problems?: readonly { where: string }[] } | undefined> {
  return startWith(text, { exporters: ['none'] }).ready.then(
    () => undefined,
    (error) => error,
  );
}

test('a valid file is accepted', async () => {
  expect(await errorOf(stringify(whole))).toBeUndefined();
});

test('a file with any value at any path is accepted, or rejected with locations', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...pathsOf(whole)), anything, async (path, value) => {
      const error = await errorOf(stringify(replaced(whole, path, value)));
      if (error === undefined) return;
      expect(error.code).toBe('METRICS_FILE_INVALID');
      expect(error.problems?.length).toBeGreaterThan(0);
      expect(error.problems?.filter(({ where }) => !where.startsWith('otel.yaml'))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a file with any text is accepted or rejected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
      const error = await errorOf(`file_format: "1.0"\n${text}`);
      if (error !== undefined) expect(error.code).toBe('METRICS_FILE_INVALID');
    }),
    { numRuns: 300 },
  );
});

test('an unknown key is reported', async () => {
  const mappings = pathsOf(whole).filter((path) => {
    const value = path.reduce<unknown>((at, step) => (at as Record<Step, unknown>)[step], whole);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && path.length > 0;
  });
  for (const path of mappings.filter((path) => path.join() !== 'distribution')) {
    const error = await errorOf(stringify(replaced(whole, [...path, 'unknown_key'], 1)));
    const reported = error?.problems?.map(({ where }) => where).join() ?? '';
    const parent = path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('')
      .slice(1);
    // A mapping that allows one key reports two keys at the mapping itself.
    expect([`otel.yaml:${parent}.unknown_key`, `otel.yaml:${parent}`]).toContain(reported);
  }
});
