/** Catalogues that the suite records: one metric per instrument kind, and metrics with hostile names and attributes. */
import { optional, text } from '../../catalogue/attributes.js';
import { defineCatalogue } from '../../catalogue/catalogue.js';
import {
  counter,
  gauge,
  histogram,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
  upDownCounter,
} from '../../catalogue/definitions.js';

const lane = { lane: text() };

/** Metrics of every kind. Names consist of letters and underscores and units are annotations, so formats add few suffixes. */
export const ordinary = defineCatalogue({
  counter: counter({ name: 'conformance_counter', unit: '{item}', description: 'A sum that grows.', attributes: lane }),
  upDownCounter: upDownCounter({ name: 'conformance_updown', unit: '{item}', description: 'A sum.', attributes: lane }),
  gauge: gauge({ name: 'conformance_gauge', unit: '{item}', description: 'A value.', attributes: lane }),
  histogram: histogram({
    name: 'conformance_histogram',
    unit: '{item}',
    description: 'Values in buckets.',
    attributes: lane,
    buckets: [1, 10, 100],
  }),
  exponential: histogram({
    name: 'conformance_exponential',
    unit: '{item}',
    description: 'Values in exponential buckets.',
    attributes: lane,
    aggregation: 'exponential',
  }),
  observedCounter: observableCounter({
    name: 'conformance_observed_counter',
    unit: '{item}',
    description: 'A sum that grows, observed.',
    attributes: lane,
  }),
  observedUpDownCounter: observableUpDownCounter({
    name: 'conformance_observed_updown',
    unit: '{item}',
    description: 'A sum, observed.',
    attributes: lane,
  }),
  observedGauge: observableGauge({
    name: 'conformance_observed_gauge',
    unit: '{item}',
    description: 'A value, observed.',
    attributes: lane,
  }),
});

/** Keys that are reserved in a format, need escaping, or collide after escaping. */
export const hostileKeys = [
  'a.b',
  'a_b',
  'a-b',
  '1x',
  'le',
  'quantile',
  'type',
  'unit',
  'time',
  'value',
  'host',
  'job',
  'instance',
  '__name__',
  '__proto__',
  'constructor',
  'otel_scope_name',
  'é',
  'with space',
  'quo"te',
  'back\\slash',
  'line\nfeed',
  'equals=comma,colon:pipe|hash#',
  '{}',
] as const;

/** Values that break lines, quotes, encodings and markup. */
export const hostileValues = [
  '',
  ' ',
  '"',
  "'; --",
  '\\',
  '\n',
  '\r\n# EOF\n',
  '\t',
  ',',
  '=',
  '|#:@',
  '{}',
  '%00',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  '😀',
  '\u2028',
  '\u202e',
  '<script>',
  '../../etc/passwd',
  'NaN',
  'x'.repeat(5_000),
] as const;

const anyText = Object.fromEntries(hostileKeys.map((key) => [key, optional(text())]));

// Not shown before they are recorded: most cases expect only what they recorded.
const plain = { unit: '{item}', startAtZero: false } as const;

/** A counter for hostile attributes, and counters whose names need escaping. */
export const hostile = defineCatalogue({
  counter: counter({
    name: 'conformance_hostile',
    unit: '{item}',
    description: 'A "sum"\\\nof two lines.',
    attributes: anyText,
  }),
  dotted: counter({ ...plain, name: 'conformance.hostile.name', description: 'Dots.' }),
  dashed: counter({ ...plain, name: 'conformance-hostile/other', description: 'A dash and a slash.' }),
  long: counter({ ...plain, name: `conformance_${'x'.repeat(240)}`, description: 'Long.' }),
});
