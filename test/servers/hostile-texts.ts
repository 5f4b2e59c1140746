/**
 * Names, keys, values and numbers that strict parsers must accept, with the expected result of the default
 * translation.
 */
import type { Attributes, AttributeValue } from '@opentelemetry/api';

const long = 'x'.repeat(5_000);

/** Input, its form in an exposition, and its form after admission by otelier's engine if that differs. */
export type Shown<G, S> = readonly [given: G, shown: S, admitted?: S];

/** Names of gauges. Of equal names, the last one is shown. */
export const hostileNames: readonly (readonly [given: string, shown: string])[] = [
  ['a.b', 'a_b'],
  ['a-b', 'a_b'],
  ['a/b', 'a_b'],
  ['a_b', 'a_b'],
  ['a..b', 'a_b'],
  ['a b', 'a_b'],
  ['a\0b', 'a_b'],
  ['a\ud800b', 'a_b'],
  ['', 'unnamed'],
  ['_', 'unnamed'],
  ['\n', 'unnamed'],
  ['"', 'unnamed'],
  ['\\', 'unnamed'],
  ['\ud83d', 'unnamed'],
  ['🚀', 'unnamed'],
  ['名前', 'unnamed'],
  ['rocket 🚀 launches', 'rocket_launches'],
  ['größe', 'gr_e'],
  ['line\nbreak', 'line_break'],
  ['line\r\nbreak', 'line_break'],
  ['back\\slash', 'back_slash'],
  ['quo"te', 'quo_te'],
  ['forged"} 1\nforged 2', 'forged_1_forged_2'],
  ['# TYPE forged counter', 'TYPE_forged_counter'],
  ['# EOF', 'EOF'],
  ['9lives', '_9lives'],
  ['3.14', '_3_14'],
  ['.leading', 'leading'],
  ['trailing.', 'trailing'],
  ['__name__', '_name_'],
  ['__reserved', '_reserved'],
  ['__proto__', '_proto_'],
  ['constructor', 'constructor'],
  ['le', 'le'],
  ['quantile', 'quantile'],
  ['up', 'up'],
  ['NaN', 'NaN'],
  ['total', 'total'],
  ['gauge_total', 'gauge_total'],
  ['gauge_bucket', 'gauge_bucket'],
  ['gauge_count', 'gauge_count'],
  ['gauge_sum', 'gauge_sum'],
  ['gauge_created', 'gauge_created'],
  ['gauge_info', 'gauge_info'],
  ['colons::in:it', 'colons::in:it'],
  ['UPPER', 'UPPER'],
  [`n.${long}`, `n_${long}`],
];

/** Attributes with hostile keys, each recorded with a distinct `n`, and the resulting labels. */
export const hostileKeys: readonly Shown<Attributes, Readonly<Record<string, string>>>[] = [
  [{ '': 'v' }, { _: 'v' }, {}],
  [{ ' ': 'v' }, { _: 'v' }],
  [{ _: 'v' }, { _: 'v' }],
  [{ '\n': 'v' }, { _: 'v' }],
  [{ '🚀': 'v' }, { _: 'v' }],
  [{ '': 'one', '🚀': 'two' }, { _: 'one;two' }, { _: 'two' }],
  [{ le: 'v' }, { exported_le: 'v' }],
  [{ quantile: 'v' }, { exported_quantile: 'v' }],
  [{ le: 'one', exported_le: 'two' }, { exported_le: 'two;one' }],
  [{ __name__: 'v' }, { _name_: 'v' }],
  [{ __reserved: 'v' }, { _reserved: 'v' }],
  [{ ['__proto__']: 'v' }, { _proto_: 'v' }, {}],
  [
    { constructor: 'v', toString: 'w' },
    { constructor: 'v', toString: 'w' },
  ],
  [{ 'a.b': 'one', a_b: 'two' }, { a_b: 'one;two' }],
  [{ a_b: 'two', 'a.b': 'one', 'a-b': 'zero' }, { a_b: 'zero;one;two' }],
  [{ 'a:b': 'v' }, { a_b: 'v' }],
  [{ 'a\nb': 'v' }, { a_b: 'v' }],
  [{ 'a"b': 'v' }, { a_b: 'v' }],
  [{ 'a\\b': 'v' }, { a_b: 'v' }],
  [{ 'a\0b': 'v' }, { a_b: 'v' }],
  [{ 'a\udc00b': 'v' }, { a_b: 'v' }],
  [{ 'a="x",b': 'v' }, { a_x_b: 'v' }],
  [{ größe: 'v' }, { gr_e: 'v' }],
  [{ '9lives': 'v' }, { key_9lives: 'v' }],
  [{ otel_scope_name: 'v' }, { otel_scope_name: 'hostile "scope"\n\\;v' }],
  [{ 'otel.scope.name': 'v' }, { otel_scope_name: 'v;hostile "scope"\n\\' }],
  [
    { UPPER: 'one', upper: 'two' },
    { UPPER: 'one', upper: 'two' },
  ],
  [{ [long]: 'v' }, { [long]: 'v' }, { [long.slice(0, 4_096)]: 'v' }],
];

/** Hostile attribute values, each recorded with a distinct `n`, and the resulting text. */
export const hostileValues: readonly Shown<AttributeValue, string>[] = [
  ['', ''],
  [' ', ' '],
  ['\t', '\t'],
  ['line\nbreak', 'line\nbreak'],
  ['line\r\nbreak', 'line\r\nbreak'],
  ['\r', '\r'],
  ['line\\nbreak', 'line\\nbreak'],
  ['\u2028\u0085', '\u2028\u0085'],
  ['\ufeff', '\ufeff'],
  ['quo"te', 'quo"te'],
  ['\\', '\\'],
  ['\\"', '\\"'],
  ['\\\\n', '\\\\n'],
  ['NUL\0', 'NUL\0'],
  ['\ud800 and \udc00', '\ufffd and \ufffd'],
  ['🚀', '🚀'],
  ['e\u0301', 'e\u0301'],
  ['\u00e9', '\u00e9'],
  ['} 1\nforged{a="b"} 2', '} 1\nforged{a="b"} 2'],
  [' # {trace_id="forged"} 1', ' # {trace_id="forged"} 1'],
  ['# EOF', '# EOF'],
  ['a=",",b', 'a=",",b'],
  [long, long, long.slice(0, 4_096)],
  ['\n"\\'.repeat(1_000), '\n"\\'.repeat(1_000)],
  [true, 'true'],
  [-0, '0'],
  [1e21, '1e+21'],
  [0.1, '0.1'],
  [['a', 'b"\n'], '["a","b\\"\\n"]'],
  [[1, null, 2], '[1,null,2]'],
  [[], '[]'],
];

/** Groups of attribute sets with equal labels. */
export const alikeSets: readonly (readonly Attributes[])[] = [
  [{ a: '\ud800' }, { a: '\udc00' }, { a: '\ufffd' }, { a: '\0' }],
  [{ a: 1 }, { a: '1' }],
  [{ a: [1] }, { a: '[1]' }],
  [{ 'a.b': 'x' }, { a_b: 'x' }],
  [{ 'a.b': '1', a_b: '2' }, { 'a-b': '1;2' }],
  [{ le: 'x' }, { exported_le: 'x' }],
  [{ a: 'x' }],
];

/** Groups of attribute sets that are equal in Prometheus, which ignores labels with empty values. */
export const emptySets: readonly (readonly Attributes[])[] = [
  [{}, { a: '' }, { b: '' }, { a: '', b: '' }],
  [{ a: '', c: 'x' }, { c: 'x' }],
];

/** Numbers at the limits of a double. */
export const hostileNumbers: readonly number[] = [
  1e-320,
  Number.MIN_VALUE,
  1e308,
  -1e308,
  Number.MAX_VALUE,
  -0,
  2 ** 53,
  -(2 ** 53),
  2 ** 53 - 1,
  0.1,
  1 / 3,
  1e-7,
  1e21,
  123_456_789_012_345_680_000,
  Number.EPSILON,
];

/** A resource with hostile attributes. */
export const hostileResource: Attributes = {
  'service.name': 'quo"te\n',
  service_name: 'back\\slash',
  le: '1',
  __name__: 'v',
  '🚀': 'v',
  'a\nb': [long],
};

export const hostileResourceLabels: Readonly<Record<string, string>> = {
  service_name: 'quo"te\n;back\\slash',
  exported_le: '1',
  _name_: 'v',
  _: 'v',
  a_b: `["${long}"]`,
};
