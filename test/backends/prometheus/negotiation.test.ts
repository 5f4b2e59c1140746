/**
 * Content negotiation: format, escaping and content type by `Accept` (Prometheus, "Scrape protocol content negotiation";
 * RFC 9110, 12.5.1).
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { negotiate } from '../../../src/backends/prometheus/negotiation.js';

const text = 'text/plain; version=0.0.4; charset=utf-8';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const protobuf = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
const protobufRange = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

type Row = readonly [who: string, accept: string | undefined, format: string, escaping: string, contentType: string];

const scrapers: readonly Row[] = [
  ['no header', undefined, 'text', 'underscores', text],
  ['an empty header', '', 'text', 'underscores', text],
  ['blanks', '  ', 'text', 'underscores', text],
  ['curl', '*/*', 'text', 'underscores', text],
  [
    'Prometheus 2.42',
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'Prometheus 2.42 with native histograms',
    `${protobufRange},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    'protobuf',
    'underscores',
    protobuf,
  ],
  [
    'Prometheus 2.53',
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'Prometheus 2.53 with native histograms',
    `${protobufRange};q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
    'protobuf',
    'underscores',
    protobuf,
  ],
  [
    'Prometheus 3 before text 1.0.0',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
    'allow-utf-8',
    openMetrics,
  ],
  [
    'Prometheus 3.3',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2',
    'openmetrics',
    'allow-utf-8',
    openMetrics,
  ],
  [
    'Prometheus 3 with underscores',
    'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'Prometheus 3 with native histograms and dots',
    `${protobufRange};q=0.6,application/openmetrics-text;version=1.0.0;escaping=dots;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=dots;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
    'protobuf',
    'underscores',
    protobuf,
  ],
  [
    'Prometheus 3 configured for text only',
    'text/plain;version=1.0.0;escaping=values;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    'text',
    'values',
    'text/plain; version=1.0.0; charset=utf-8',
  ],
  ['Telegraf', `${protobufRange};q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1`, 'protobuf', 'underscores', protobuf],
  [
    'Prometheus 1',
    `${protobufRange};q=0.7,text/plain;version=0.0.4;q=0.3,application/json;schema="prometheus/telemetry";version=0.0.2;q=0.2,*/*;q=0.1`,
    'protobuf',
    'underscores',
    protobuf,
  ],
  [
    'a scraper that accepts OpenMetrics only',
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'Firefox',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'text',
    'underscores',
    text,
  ],
  [
    'Chrome',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    'text',
    'underscores',
    text,
  ],
  ['fetch', '*/*', 'text', 'underscores', text],
];

const ranges: readonly Row[] = [
  ['text', 'text/plain', 'text', 'underscores', text],
  ['any text', 'text/*', 'text', 'underscores', text],
  ['OpenMetrics without a version', 'application/openmetrics-text', 'openmetrics', 'underscores', openMetrics],
  [
    'OpenMetrics 0.0.1',
    'application/openmetrics-text;version=0.0.1',
    'openmetrics',
    'underscores',
    'application/openmetrics-text; version=0.0.1; charset=utf-8',
  ],
  ['protobuf without parameters', 'application/vnd.google.protobuf', 'protobuf', 'underscores', protobuf],
  ['protobuf with UTF-8', `${protobufRange};escaping=allow-utf-8`, 'protobuf', 'allow-utf-8', protobuf],
  [
    'the first of two equal ranges',
    `${protobufRange}, application/openmetrics-text`,
    'protobuf',
    'underscores',
    protobuf,
  ],
  [
    'the first of two equal ranges, reversed',
    `application/openmetrics-text, ${protobufRange}`,
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'the range with the higher quality',
    'text/plain;q=0.2, application/openmetrics-text;q=0.3',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  ['quality 1 by default', 'application/openmetrics-text;q=0.9, text/plain', 'text', 'underscores', text],
  ['not a range with quality 0', 'application/openmetrics-text;q=0, text/plain;q=0.1', 'text', 'underscores', text],
  ['quality 0.000 as 0', 'application/openmetrics-text;q=0.000, text/plain;q=0.001', 'text', 'underscores', text],
  [
    'text if all ranges have quality 0',
    `application/openmetrics-text;q=0, ${protobufRange};q=0`,
    'text',
    'underscores',
    text,
  ],
  [
    'text if all ranges are invalid',
    'application/openmetrics-text;q=much, application/*;q=2',
    'text',
    'underscores',
    text,
  ],
  [
    'blanks and capitals',
    ' APPLICATION/OpenMetrics-Text ; Version="1.0.0" ; Q=0.9 , text/plain ; q=0.1 ',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'an unsupported OpenMetrics version',
    'application/openmetrics-text;version=2.0.0, text/plain;version=0.0.4;q=0.1',
    'text',
    'underscores',
    text,
  ],
  [
    'an unsupported text version',
    'text/plain;version=3.0.0, application/openmetrics-text;q=0.1',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  [
    'protobuf in text encoding',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text, text/plain;q=0.1',
    'text',
    'underscores',
    text,
  ],
  [
    'another protobuf message',
    'application/vnd.google.protobuf;proto=other.Message;encoding=delimited, text/plain;q=0.1',
    'text',
    'underscores',
    text,
  ],
  [
    'an unknown escaping',
    'application/openmetrics-text;version=1.0.0;escaping=mine',
    'openmetrics',
    'underscores',
    openMetrics,
  ],
  ['other parameters', 'text/plain;version=0.0.4;charset=utf-8;format=flowed', 'text', 'underscores', text],
  ['invalid ranges next to a valid one', ';;;,=,q=1,/,text/plain;;q=0.5;,\u0000', 'text', 'underscores', text],
  ['an invalid quality', 'application/openmetrics-text;q=much, text/plain;q=0.1', 'text', 'underscores', text],
  ['a quality above one', 'application/openmetrics-text;q=7, text/plain;q=0.1', 'text', 'underscores', text],
  ['a quality below zero', 'application/openmetrics-text;q=-1, text/plain;q=0.1', 'text', 'underscores', text],
];

test.each([...scrapers, ...ranges])('%s', (_, accept, format, escaping, contentType) => {
  expect(negotiate(accept)).toEqual({ format, escaping, contentType: `${contentType}; escaping=${escaping}` });
});

test.each(['allow-utf-8', 'underscores', 'dots', 'values'])('escaping=%s is applied in every format', (escaping) => {
  for (const [range, contentType] of [
    ['text/plain;version=0.0.4', text],
    ['text/plain;version=1.0.0', text.replace('0.0.4', '1.0.0')],
    ['application/openmetrics-text;version=1.0.0', openMetrics],
    [protobufRange, protobuf],
  ]) {
    expect(negotiate(`${range};escaping=${escaping}`)).toMatchObject({
      escaping,
      contentType: `${contentType}; escaping=${escaping}`,
    });
  }
});

test.each([
  'application/json',
  'text/html, image/*',
  'text/plain;q=0',
  '*/*;q=0',
  'application/openmetrics-text;version=9',
  'nonsense',
  ',,;;==',
  '\r\n',
  'text/plain/more',
  `${protobufRange.replace('delimited', 'compact-text')}`,
])('%j accepts no supported format, so the format is text 0.0.4', (accept) => {
  expect(negotiate(accept)).toEqual({
    format: 'text',
    escaping: 'underscores',
    contentType: `${text}; escaping=underscores`,
  });
});

describe('OpenMetrics 2.0', () => {
  const openMetrics2 = 'application/openmetrics-text; version=2.0.0; charset=utf-8';
  const one = 'application/openmetrics-text;version=1.0.0';
  const two = 'application/openmetrics-text;version=2.0.0';

  test.each([
    ['a scraper that requests it', two, 'openmetrics2', `${openMetrics2}; escaping=underscores`],
    ['a scraper that prefers it', `${one};q=0.5,${two};q=0.6`, 'openmetrics2', `${openMetrics2}; escaping=underscores`],
    [
      'a scraper that allows UTF-8',
      `${two};escaping=allow-utf-8`,
      'openmetrics2',
      `${openMetrics2}; escaping=allow-utf-8`,
    ],
    ['a scraper that prefers 1.0', `${two};q=0.5,${one};q=0.6`, 'openmetrics', `${openMetrics}; escaping=underscores`],
    [
      'OpenMetrics without a version',
      'application/openmetrics-text',
      'openmetrics',
      `${openMetrics}; escaping=underscores`,
    ],
    ['any type of application', 'application/*', 'openmetrics', `${openMetrics}; escaping=underscores`],
    ['another version', 'application/openmetrics-text;version=2.1.0', 'text', `${text}; escaping=underscores`],
    ['a refusal', `${two};q=0`, 'text', `${text}; escaping=underscores`],
    ['no header', undefined, 'text', `${text}; escaping=underscores`],
  ])('%s', (_, accept, format, contentType) => {
    expect(negotiate(accept, true)).toMatchObject({ format, contentType });
  });

  test.each([
    [two, 'text'],
    [`${two},${one};q=0.5`, 'openmetrics'],
  ])('is not served by default to %s', (accept, format) => {
    expect(negotiate(accept)).toMatchObject({ format });
  });
});

describe('a header of 100 KB', () => {
  const filler = (count: number) =>
    Array.from({ length: count }, (_, index) => `x/y${index};q=0.${index % 10}`).join(',');

  test.each([
    ['is parsed from its start', `application/openmetrics-text;version=1.0.0,${filler(9_000)}`, 'openmetrics'],
    ['with one range', `text/plain;version=0.0.4;x=${'a'.repeat(100_000)}`, 'text'],
    ['with blanks only', ' '.repeat(100_000), 'text'],
  ])('%s', (_, accept, format) => {
    expect(accept.length).toBeGreaterThanOrEqual(100_000);
    expect(negotiate(accept).format).toBe(format);
  });

  test('is not parsed to its end', () => {
    expect(negotiate(`${filler(9_000)},application/openmetrics-text`).format).toBe('text');
  });
});

test('any header gives a known content type, and is not echoed', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('text/plain', '*/*', openMetrics, protobuf, ';', ',', 'q=', 'version=', 'escaping=', '"'),
  );
  const known =
    /^(text\/plain; version=(0\.0\.4|1\.0\.0); charset=utf-8|application\/openmetrics-text; version=(1\.0\.0|0\.0\.1); charset=utf-8|application\/vnd\.google\.protobuf; proto=io\.prometheus\.client\.MetricFamily; encoding=delimited); escaping=(allow-utf-8|underscores|dots|values)$/;
  fc.assert(
    fc.property(
      fc.array(part).map((parts) => parts.join('')),
      (accept) => {
        expect(negotiate(accept).contentType).toMatch(known);
      },
    ),
    { numRuns: 1_000 },
  );
});
