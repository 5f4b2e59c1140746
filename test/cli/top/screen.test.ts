/** Screens: golden files by width, and what no terminal may receive. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../../src/backends/console/terminal-text.js';
import { renderOnce, renderScreen, type TopState } from '../../../src/cli/top/render-screen.js';
import { type View, viewOf } from '../../../src/cli/top/view.js';
import { shopAfter, shopUnixMs, stateOf } from './expositions.js';

const plain = (columns: number, rows = 24) => ({ columns, rows, isColored: false });
const start = viewOf({ sort: 'name', filter: '', series: false });
const shop = stateOf(shopAfter(0), shopAfter(2));
const controlCode = String.fromCharCode(27);
const withoutStyles = (line: string) => line.replaceAll(`${controlCode}[7m`, '').replaceAll(`${controlCode}[0m`, '');
/** Makes styles visible: the selection is inverse. */
const readable = (lines: readonly string[]) =>
  `${lines.join('\n').replaceAll(`${controlCode}[7m`, '<').replaceAll(`${controlCode}[0m`, '>')}\n`;

const views: Record<string, Partial<View>> = {
  metrics: {},
  expanded: { exceptions: new Set(['shop_requests_total']), selected: 8 },
  'every-series-by-rate': { isExpanded: true, order: 'rate' },
  'filter-reversed': { filter: 'ORDERS 500', isExpanded: true, order: 'value', isReversed: true },
  typing: { filter: 'mem', isTyping: true },
  help: { showsHelp: true, isPaused: true },
};

describe('golden files', () => {
  test.each([80, 100, 120])('%i columns', async (columns) => {
    const screens = Object.entries(views).map(([name, view]) => {
      const { lines } = renderScreen(shop, { ...start, ...view }, plain(columns, 20));
      return `== ${name}\n${readable(lines)}`;
    });
    await expect(screens.join('\n')).toMatchFileSnapshot(`../../golden/cli/top-${columns}.txt`);
  });

  test('without a terminal', async () => {
    const series = { ...start, isExpanded: true, filter: 'shop_re' };
    const texts = [start, series].map((view) => `${renderOnce(shop, view, Number.POSITIVE_INFINITY).join('\n')}\n`);
    await expect(texts.join('\n')).toMatchFileSnapshot('../../golden/cli/top-once.txt');
  });
});

const failure = {
  message: `scrape of http://localhost:9464/metrics failed: connection refused (ECONNREFUSED); ${'start it '.repeat(30)}`,
  count: 3,
  sinceUnixMs: shopUnixMs,
};

test('a failure is shown with its next step, and the last table stays', () => {
  const { lines } = renderScreen(
    { ...shop, failure: { ...failure, message: 'no; do it', count: 1 } },
    start,
    plain(80),
  );
  expect(lines[2]).toBe('no; do it; retrying every 2 s');
  expect(lines.join('\n')).toContain('shop_requests_total');
});

test('a failure before the first scrape is shown without a table', () => {
  const { lines } = renderScreen({ ...shop, now: undefined, before: undefined, failure }, start, plain(80, 10));
  expect(lines.slice(0, 2)).toEqual([expect.stringContaining('otelier top'), 'no scrape yet']);
  expect(lines).toHaveLength(10);
});

test('several failures show their number and since when', () => {
  const { lines } = renderScreen({ ...shop, failure: { ...failure, message: 'no' } }, start, plain(100));
  expect(lines[2]).toBe('no; retrying every 2 s, 3 failures since 2026-02-03T04:05:06Z');
});

test('invalid lines are counted, and the first one is shown', () => {
  const { lines } = renderScreen(stateOf('', 'a 1\nb x\nc y\n'), start, plain(120));
  expect(lines[2]).toMatch(/^left out 2 invalid lines; line 2: "b x"/);
});

test.each<[string, string, Partial<View>, string]>([
  ['a response without metrics', '', {}, 'the response contains no metrics'],
  ['a response of comments', '# TYPE a counter\n# EOF\n', { filter: 'a' }, 'the response contains no metrics'],
  ['a filter', 'a 1\n', { filter: 'B \u001b' }, 'no series contains all words of the filter "B \\u001b"'],
  [
    'a filter while it is typed',
    'a 1\n',
    { filter: 'b', isTyping: true },
    'no series contains all words of the filter "b"',
  ],
])('a table without rows has a hint: %s', (_, text, view, hint) => {
  const state = stateOf(text, text);
  expect(renderScreen(state, { ...start, ...view }, plain(80)).lines[2]).toBe(hint);
  expect(renderOnce(state, { ...start, ...view }, Number.POSITIVE_INFINITY)[2]).toBe(hint);
  expect(renderScreen(state, start, plain(80)).lines.join('\n').includes('no series')).toBe(false);
});

test.each([80, 100, 110, 140])('labels of the scope do not take the room of other labels, at %i columns', (columns) => {
  const scope = 'otel_scope_name="@opentelemetry/instrumentation-http",otel_scope_version="1.2.3"';
  const text = ['GET', 'PUT'].map((method) => `requests_total{method="${method}",shop="eu",${scope}} 1\n`).join('');
  const rows = (view: Partial<View>, shown = text) =>
    renderScreen(stateOf(shown, shown), { ...start, ...view }, plain(columns))
      .lines.slice(3, 6)
      .map(withoutStyles);
  expect(rows({})[0]).toMatch(columns < 100 ? /^\+ requests_total +2 / : /^\+ requests_total shop=eu +2 /);
  expect(rows({ isExpanded: true })[1]).toMatch(/^ {4}method=GET +1 /);
  // A scope tells these series apart.
  const two = `jobs{otel_scope_name="a"} 1\njobs{otel_scope_name="b"} 2\n`;
  expect(rows({ isExpanded: true }, two)[1]).toMatch(/^ {4}otel_scope_name=a +1 *$/);
});

test('the only series that a filter selects has its labels in its own row', () => {
  const text = 'a{b="1",c="x"} 1\na{b="2",c="x"} 2\n';
  const { lines } = renderScreen(stateOf(text, text), { ...start, filter: 'b=2', isExpanded: true }, plain(80));
  expect(lines.slice(3, 5).map(withoutStyles)).toEqual([
    expect.stringMatching(/^- a b=2 c=x +1 +2 *$/),
    expect.stringMatching(/^ {4}b=2 c=x +2 *$/),
  ]);
});

test('colors are optional', () => {
  const colored = renderScreen({ ...shop, failure }, start, { ...plain(80), isColored: true }).lines.join('\n');
  const codes = (text: string) => new Set([...text.matchAll(/\[(\d+)m/g)].map(([, code]) => code));
  expect([...codes(colored)].sort()).toEqual(['0', '1', '2', '31', '7']);
  expect([...codes(renderScreen({ ...shop, failure }, start, plain(80)).lines.join('\n'))].sort()).toEqual(['0', '7']);
});

describe('hostile texts', () => {
  const attacks = {
    'a color': '\u001b[31mred',
    'a title': '\u001b]0;owned\u0007',
    'C1 controls': '\u009b2J\u009d0;x\u009c',
    'line breaks': 'a\r\nb',
    NUL: 'a\u0000b',
    bidi: '\u202egnp.exe\u2066x\u2069',
    'lone surrogates': '\ud800x',
    'wide characters': '東京タワー'.repeat(20),
    'joined emoji': '👩‍👩‍👧'.repeat(30),
    'combining marks': `e${'\u0301'.repeat(200)}`,
    'line separators': 'a\u2028b',
  };
  const escapeLabel = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  /** Returns an exposition with a text at each place that the table shows. */
  const around = (text: string) => {
    const quoted = `"${escapeLabel(text)}"`;
    return [
      `{${quoted},"l${escapeLabel(text)}"="1"} 1`,
      `a{b=${quoted}} 1`,
      `a{b=${quoted},c="2"} 2`,
      '# TYPE s stateset',
      `s{s=${quoted}} 1`,
      's{s="off"} 0',
      '# EOF',
      '',
    ].join('\n');
  };
  const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
  const expectHarmless = (state: TopState, filter: string) => {
    for (const isExpanded of [true, false]) {
      const view = { ...start, isExpanded, filter };
      for (const columns of [20, 80, 120]) {
        const { lines } = renderScreen(state, view, plain(columns, 12));
        expect(lines).toHaveLength(12);
        for (const line of lines) {
          const text = withoutStyles(line);
          expect(text).not.toMatch(unsafe);
          expect(widthOf(text)).toBeLessThanOrEqual(columns);
        }
      }
      for (const line of renderOnce(state, view, Number.POSITIVE_INFINITY)) expect(line).not.toMatch(unsafe);
    }
  };

  test.each(Object.entries(attacks))('%s', (_, text) => {
    expectHarmless(stateOf(around(text), around(text)), '');
    expectHarmless({ ...stateOf('', `a 1\n${text}\n`), failure: { ...failure, message: text } }, text);
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expectHarmless(stateOf(around(text), around(text)), '');
        expectHarmless({ ...stateOf('', text), failure: { ...failure, message: text } }, text);
      }),
      { numRuns: 100 },
    );
  });
});

test('every size of a terminal gets as many lines as it has', () => {
  for (const rows of [1, 2, 3, 4, 5, 50]) {
    for (const columns of [1, 2, 10, 37, 200]) {
      const { lines } = renderScreen({ ...shop, failure }, { ...start, isExpanded: true }, plain(columns, rows));
      expect(lines).toHaveLength(rows);
      const plainLines = lines.map(withoutStyles);
      expect(Math.max(...plainLines.map(widthOf))).toBeLessThanOrEqual(columns);
    }
  }
});
