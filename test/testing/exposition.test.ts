import fc from 'fast-check';
import { type ParsedFamily, type ParsedSample, parseExposition, promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';

const sample = (name: string, value: number, more: Partial<ParsedSample> = {}): ParsedSample => ({
  name,
  labels: new Map(),
  value,
  timestamp: undefined,
  exemplar: undefined,
  ...more,
});

test('text 0.0.4: families with type, help, unit and samples', () => {
  const families = parseExposition(
    [
      '# A comment.',
      '# HELP orders_total Orders,\\nby "channel" (C:\\\\).',
      '# TYPE orders_total counter',
      'orders_total{channel="web",express="true"} 3 1700000000000',
      'orders_total { channel = "a\\"p\\\\p\\n", }2',
      '',
      '# TYPE wait_seconds histogram',
      '# UNIT wait_seconds seconds',
      'wait_seconds_bucket{le="+Inf"} 1',
      'wait_seconds_sum .5',
      'wait_seconds_count 1',
      '\t# TYPE  load   untyped',
      '  load\tNaN',
      'other -inf',
      '',
    ].join('\n'),
  );
  const expected: ParsedFamily[] = [
    {
      name: 'orders_total',
      type: 'counter',
      help: 'Orders,\nby "channel" (C:\\).',
      unit: undefined,
      samples: [
        sample('orders_total', 3, {
          labels: new Map([
            ['channel', 'web'],
            ['express', 'true'],
          ]),
          timestamp: 1_700_000_000_000,
        }),
        sample('orders_total', 2, { labels: new Map([['channel', 'a"p\\p\n']]) }),
      ],
    },
    {
      name: 'wait_seconds',
      type: 'histogram',
      help: undefined,
      unit: 'seconds',
      samples: [
        sample('wait_seconds_bucket', 1, { labels: new Map([['le', '+Inf']]) }),
        sample('wait_seconds_sum', 0.5),
        sample('wait_seconds_count', 1),
      ],
    },
    { name: 'load', type: 'unknown', help: undefined, unit: undefined, samples: [sample('load', Number.NaN)] },
    {
      name: 'other',
      type: 'unknown',
      help: undefined,
      unit: undefined,
      samples: [sample('other', Number.NEGATIVE_INFINITY)],
    },
  ];
  expect(families).toStrictEqual(expected);
});

test('OpenMetrics: family names without _total, exemplars, timestamps in seconds', () => {
  const families = parseExposition(
    [
      '# TYPE wait_seconds counter',
      '# UNIT wait_seconds seconds',
      '# HELP wait_seconds Time "waited".',
      'wait_seconds_total{queue="#"} 2 1700000000.25 # {trace_id="4b # f",span_id="0"} 0.5 1700000000.125',
      'wait_seconds_created{queue="#"} 1.7e9',
      '# TYPE build info',
      'build_info{version="\\d"} 1',
      '# TYPE mode stateset',
      'mode{mode="on"} 1 # {} 1',
      '# EOF',
    ].join('\n'),
  );
  const labels = new Map([['queue', '#']]);
  const exemplar = {
    labels: new Map([
      ['trace_id', '4b # f'],
      ['span_id', '0'],
    ]),
    value: 0.5,
    timestamp: 1_700_000_000.125,
  };
  expect(families).toStrictEqual([
    {
      name: 'wait_seconds',
      type: 'counter',
      help: 'Time "waited".',
      unit: 'seconds',
      samples: [
        sample('wait_seconds_total', 2, { labels, timestamp: 1_700_000_000.25, exemplar }),
        sample('wait_seconds_created', 1.7e9, { labels }),
      ],
    },
    {
      name: 'build',
      type: 'info',
      help: undefined,
      unit: undefined,
      samples: [sample('build_info', 1, { labels: new Map([['version', '\\d']]) })],
    },
    {
      name: 'mode',
      type: 'stateset',
      help: undefined,
      unit: undefined,
      samples: [
        sample('mode', 1, {
          labels: new Map([['mode', 'on']]),
          exemplar: { labels: new Map(), value: 1, timestamp: undefined },
        }),
      ],
    },
  ]);
});

test.each([
  ['in the braces', '{"my.name", a="b"} 1\n'],
  ['last in the braces', '{a="b","my.name"} 1\n'],
  ['with blanks', ' { "my.name" , a = "b" , } 1\n'],
  ['in OpenMetrics', '{"my.name",a="b"} 1\n# EOF\n'],
])('parses quoted names %s', (_, exposition) => {
  expect(parseExposition(exposition)).toMatchObject([
    { name: 'my.name', samples: [sample('my.name', 1, { labels: new Map([['a', 'b']]) })] },
  ]);
});

test('quoted names support metadata, suffixes and escapes', () => {
  const [family, ...others] = parseExposition(
    [
      '# HELP "größe \\"L\\"" Sizes.',
      '# TYPE "größe \\"L\\"" histogram',
      '{"größe \\"L\\"_bucket",le="+Inf","a\\\\b\\nc"="d"} 1',
      '{"größe \\"L\\"_count"} 1',
      '',
    ].join('\n'),
  );
  expect(others).toEqual([]);
  expect(family).toMatchObject({ name: 'größe "L"', type: 'histogram', help: 'Sizes.' });
  expect(family?.samples.map(({ name }) => name)).toEqual(['größe "L"_bucket', 'größe "L"_count']);
  expect([...(family?.samples[0]?.labels.keys() ?? [])]).toEqual(['le', 'a\\b\nc']);
});

test('an exposition that ends in # EOF is OpenMetrics unless a format is given', () => {
  expect(parseExposition('# TYPE a info\na_info 1\n# EOF')).toMatchObject([{ name: 'a', type: 'info' }]);
  expect(parseExposition('# TYPE a_info gauge\na_info 1\n# EOF\n', 'text')).toMatchObject([{ name: 'a_info' }]);
  expect(parseExposition('# TYPE a counter\n', 'openmetrics')).toMatchObject([{ name: 'a', type: 'counter' }]);
});

test('samples of an interleaved family are merged, and the first metadata counts', () => {
  const exposition = '# HELP a One.\na{b="1"} 1\nc 1\na{b="2"} 2\n# HELP a Two.\n';
  expect(parseExposition(exposition)).toMatchObject([{ name: 'a', help: 'One.', samples: [{}, {}] }, { name: 'c' }]);
});

test('a suffix that the type does not allow begins another family', () => {
  const names = (exposition: string) => parseExposition(exposition).map(({ name }) => name);
  expect(names('# TYPE a gauge\na 1\na_count 2\na_sum 3\n')).toEqual(['a', 'a_count', 'a_sum']);
  expect(names('# TYPE a summary\na_sum 1\na_count 2\na_bucket 3\n')).toEqual(['a', 'a_bucket']);
  expect(names('# TYPE a counter\na_total 1\na_created 2\na_count 3\n# EOF\n')).toEqual(['a', 'a_count']);
});

test('a TYPE after samples is ignored, a HELP is not', () => {
  expect(parseExposition('a 1\n# HELP a A.\n# TYPE a gauge\n')).toMatchObject([{ type: 'unknown', help: 'A.' }]);
  expect(parseExposition('a 1\n# HELP a A.\n# EOF\n')).toMatchObject([{ help: 'A.' }]);
});

test('invalid lines throw one error that lists all of them', () => {
  expect(() => parseExposition('a 1\na{b="c} 1\nb x\n')).toThrow(
    new SyntaxError(
      'The exposition is not valid text:\n' +
        '  - line 2: a: got "\\"c} 1", expected text between double quotes\n' +
        '  - line 3: b: got "x", expected a decimal number, +Inf, -Inf or NaN',
    ),
  );
});

describe('rendered expositions', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const hostile = fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', ' ', '#', '{', '}', ',', '=', '\r', '\t') });
  const anything = fc.oneof(text, hostile);
  const plainName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/);
  const anyName = fc.oneof(
    plainName,
    anything.filter((name) => name !== ''),
  );
  const labelName = fc
    .oneof(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/), anything)
    .filter((name) => name !== '' && name !== '__name__');
  const labels = fc.uniqueArray(fc.tuple(labelName, anything), { selector: ([name]) => name, maxLength: 4 });
  const value = fc.double();

  const escaped = (content: string) => content.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
  const isPlain = (name: string) => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const inQuotes = (content: string) => `"${escaped(content)}"`;
  const number = (n: number) =>
    Number.isFinite(n) ? (Object.is(n, -0) ? '-0' : String(n)) : `${n}`.replace(/Infinity/, 'Inf').replace(/^I/, '+I');

  function render(name: string, pairs: readonly (readonly [string, string])[], n: number): string {
    const entries = pairs.map(
      ([key, content]) => `${isPlain(key) && !key.includes(':') ? key : inQuotes(key)}=${inQuotes(content)}`,
    );
    if (isPlain(name))
      return entries.length === 0 ? `${name} ${number(n)}` : `${name}{${entries.join(',')}} ${number(n)}`;
    return `{${[inQuotes(name), ...entries].join(',')}} ${number(n)}`;
  }

  /** Renderers of help texts. Text 0.0.4 strips leading blanks and does not escape quotes. */
  const helps = {
    text: (help: string) => help.replace(/[\\\n]/g, (c) => (c === '\n' ? '\\n' : '\\\\')),
    openmetrics: escaped,
  };

  test.each(['text', 'openmetrics'] as const)('parses any names, labels, help texts and numbers: %s', (format) => {
    fc.assert(
      fc.property(anyName, anything, fc.array(fc.tuple(labels, value), { maxLength: 4 }), (name, anyHelp, points) => {
        const help = format === 'text' ? anyHelp.replace(/^[ \t]+/, '') : anyHelp;
        const written = isPlain(name) ? name : inQuotes(name);
        const exposition = [
          `# HELP ${written} ${helps[format](help)}`,
          `# TYPE ${written} gauge`,
          ...points.map(([pairs, n]) => render(name, pairs, n)),
          ...(format === 'openmetrics' ? ['# EOF'] : []),
          '',
        ].join('\n');
        expect(parseExposition(exposition, format)).toStrictEqual([
          {
            name,
            type: 'gauge',
            help,
            unit: undefined,
            samples: points.map(([pairs, n]) => sample(name, n, { labels: new Map(pairs) })),
          },
        ]);
      }),
    );
  });

  test('the lint never throws', () => {
    const line = fc.oneof(
      anything,
      fc.tuple(anyName, labels, value).map(([name, pairs, n]) => render(name, pairs, n)),
      fc.constantFrom('# EOF', '# TYPE a histogram', '# TYPE a counter', 'a_bucket{le="1"} 1', 'a_count 1', '# HELP a'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('text', 'openmetrics'), (lines, format) => {
        const exposition = lines.join('\n');
        expect(promlint(exposition, { format }).filter((problem) => problem.text === '')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
