/** Escaped names for scrapers that do not accept every Unicode name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  escapingSchemes,
  isLegacyLabelName,
  isLegacyMetricName,
} from '../../src/naming/escaping.js';

/** Any text of UTF-16 code units, including lone surrogates. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'Z', '0', '_', ':', '.', '\ud800', '\udc00', '\0', '\n', '😀', 'U') }),
);
const legacySchemes = escapingSchemes.filter((scheme) => scheme !== 'allow-utf-8');

test.each<[name: string, metric: boolean, label: boolean]>([
  ['a', true, true],
  ['_', true, true],
  ['Ab_9', true, true],
  ['a:b', true, false],
  [':', true, false],
  ['', false, false],
  ['9a', false, false],
  ['a.b', false, false],
  ['a\n', false, false],
  ['é', false, false],
])('%j: legacy metric name %s, label name %s', (name, metric, label) => {
  expect([isLegacyMetricName(name), isLegacyLabelName(name)]).toEqual([metric, label]);
});

test.each<[name: string, underscores: string, dots: string, values: string]>([
  ['http_requests', 'http_requests', 'http__requests', 'http_requests'],
  ['http.requests:sum', 'http_requests:sum', 'http_dot_requests:sum', 'U__http_2e_requests:sum'],
  ['no:escaping_required', 'no:escaping_required', 'no:escaping__required', 'no:escaping_required'],
  ['a_b.c', 'a_b_c', 'a__b_dot_c', 'U__a__b_2e_c'],
  ['label with 😱', 'label_with__', 'label__with____', 'U__label_20_with_20__1f631_'],
  ['9lives', '_lives', '__lives', 'U___39_lives'],
  ['p99.9', 'p99_9', 'p99_dot_9', 'U__p99_2e_9'],
  ['a..b', 'a__b', 'a_dot__dot_b', 'U__a_2e__2e_b'],
  ['a\ud800b', 'a_b', 'a__b', 'U__a_fffd_b'],
  ['\0', '_', '__', 'U___0_'],
  ['', '_', '_', 'U__'],
  ['U__a', 'U__a', 'U____a', 'U__U____a'],
])('%j is escaped as %j, %j, %j', (name, underscores, dots, values) => {
  expect(escapeMetricName(name, 'underscores')).toBe(underscores);
  expect(escapeMetricName(name, 'dots')).toBe(dots);
  expect(escapeMetricName(name, 'values')).toBe(values);
});

test.each<[scheme: EscapingScheme, expected: string]>([
  ['underscores', 'a_b'],
  ['dots', 'a__b'],
  ['values', 'U__a_3a_b'],
  ['allow-utf-8', 'a:b'],
])('escapes a colon in a label name only: %s gives %s', (scheme, expected) => {
  expect(escapeLabelName('a:b', scheme)).toBe(expected);
  expect(escapeMetricName('a:b', scheme)).toBe('a:b');
});

test('allow-utf-8 replaces only lone surrogates', () => {
  expect(escapeMetricName('größe.😀', 'allow-utf-8')).toBe('größe.😀');
  expect(escapeLabelName('a\udc00', 'allow-utf-8')).toBe('a\ufffd');
  expect(escapeLabelName('', 'allow-utf-8')).toBe('_');
});

test.each(legacySchemes)('%s gives a legacy name for any text', (scheme) => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(escapeMetricName(text, scheme)).toSatisfy(isLegacyMetricName);
      expect(escapeLabelName(text, scheme)).toSatisfy(isLegacyLabelName);
    }),
  );
});

/** Decodes a name by the published rules of the scheme `values`. */
function decodeValues(name: string): string {
  if (!name.startsWith('U__')) return name;
  return name
    .slice(3)
    .replace(/__|_([0-9a-f]+)_/g, (_, code?: string) =>
      code === undefined ? '_' : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}

test('values is reversible', () => {
  const names = fc.oneof(anyText, fc.constantFrom('U__', 'U__a', 'U__a_20_', 'a b', 'U___61_', '_61_'));
  fc.assert(
    fc.property(names, (name) => {
      const seen = escapeMetricName(name, 'allow-utf-8');
      fc.pre(name !== '');
      expect(decodeValues(escapeMetricName(name, 'values'))).toBe(seen);
      expect(decodeValues(escapeLabelName(name, 'values'))).toBe(seen);
    }),
  );
  expect(decodeValues(escapeMetricName('', 'values'))).toBe('');
});
