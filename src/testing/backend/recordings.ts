/** What the suite records: a metric of each kind, and one with attributes that formats trip over. */
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

/** Metrics of every kind. Names are of letters and underscores, units are counted things: formats add little to them. */
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

/** Keys that are something else in some format, collide once they are escaped, or need to be. */
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

/** Texts that break lines, quotes, encodings and markup. */
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

/** A counter that takes hostile attributes, and counters whose names need escaping. */
export const hostile = defineCatalogue({
  counter: counter({
    name: 'conformance_hostile',
    unit: '{item}',
    description: 'A "sum"\\\nof two lines.',
    attributes: anyText,
  }),
  dotted: counter({ name: 'conformance.hostile.name', unit: '{item}', description: 'Dots.' }),
  dashed: counter({ name: 'conformance-hostile/other', unit: '{item}', description: 'A dash and a slash.' }),
  long: counter({ name: `conformance_${'x'.repeat(240)}`, unit: '{item}', description: 'Long.' }),
});
