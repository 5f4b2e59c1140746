/** Catalogues with rules whose texts and numbers are hostile to YAML, JSON, PromQL, Go's templates and Markdown. */
import fc from 'fast-check';
import { asError, counter, defineCatalogue, gauge, histogram, oneOf, text } from '../../src/index.js';
import {
  above,
  alert,
  metricsOf,
  quantile,
  type RuleGroup,
  rate,
  recorded,
  recording,
  ruleGroup,
  series,
  slo,
  value,
} from '../../src/panels/index.js';
import { catalogueRules } from '../../src/panels/of-catalogue.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';

// biome-ignore format: a list of pieces
const pieces = [
  '"', "'", '`', '\\', '{{', '}}', '{', '}', '{{{', '}}}', '{{ .Foo }}', '{{ $labels.job }}', '{{- /* */ -}}', '{{"',
  '\n', '\r\n', '\t', ': ', ' #', '#', '- ', '---', '...', '%YAML', '&anchor', '*alias', '!!binary', '<<: *a', '|', '>',
  '|-', '? ', '@', '[', ']', ',', '$', `$\{HOME}`, '$$', '$__interval', '$1', '[[var]]', '~', 'null', 'yes', 'no', 'on',
  'true', '.nan', '-.inf', '0x1F', '0o17', '017', '1_000', '12:30:45', '1e3', '2001-01-01', '=', '<<', '',
  ' ', '\u0000', '\u0007', '\u001b[31m', '\u007f', '\u0085', '\u00a0', '\u009f', '\u2028', '\u2029', '\ufeff',
  '\ufffe', '\uffff', '\ud800', '\udfff', '😀', 'é', 'e\u0301', '\u202e', '</script>', '<!--', '](x)', '|a|b|',
  "'; DROP TABLE", 'a'.repeat(300), '__proto__', 'constructor', 'le', '=~".*"', '} or vector(1) #', '[5m]', '\\n', '\\d',
];

/** Texts made of pieces that formats give a meaning. */
export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(...pieces),
);

/** Prometheus' parser rejects U+FFFD, which also stands for halves of surrogate pairs, unless it is escaped. */
const ofPromql = hostileText.filter((each) => !/[\p{Surrogate}\ufffd]/u.test(each));

const sentence = hostileText.map((each) => (each.trim() === '' ? `${each}.` : each));
const threshold = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e21, -1e-7, Number.MAX_VALUE, Number.MIN_VALUE, 0.1 + 0.2),
);
const metricName = fc
  .tuple(
    fc.constantFrom(
      'a',
      'on',
      'null',
      'Yes',
      'x.y',
      'x_y',
      'x-y',
      'x/y',
      'le',
      'job',
      'rate',
      'by',
      'inf',
      'NaN',
      'y',
      'n',
    ),
    fc.stringMatching(/^[A-Za-z0-9_.\-/]{0,12}$/),
  )
  .map((parts) => parts.join(''))
  // Without translation, words of PromQL are no names of metrics in queries of panels.
  .filter((name) => firstErrorIn(`${name.replace(/[^A-Za-z]/g, '_')}{}`) === undefined);

/** Parts of a hostile catalogue. */
export const hostileInput = fc.record({
  names: fc.uniqueArray(metricName, { minLength: 3, maxLength: 3 }),
  description: sentence,
  summary: fc.tuple(sentence, hostileText).map(([before, after]) => [before, after] as const),
  values: fc.uniqueArray(ofPromql, { minLength: 2, maxLength: 4 }),
  key: ofPromql.map((each) => (each.trim() === '' ? `${each}.` : each)),
  labels: fc.tuple(ofPromql, hostileText),
  group: sentence,
  thresholds: fc.tuple(threshold, threshold),
  buckets: fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 }),
});

export type HostileInput = typeof hostileInput extends fc.Arbitrary<infer T> ? T : never;

/** Returns a catalogue and its rules. @throws {MetricsError} if a definition, a query or a rule is invalid. */
export function hostileCatalogue(input: HostileInput) {
  const { names, description, summary, values, key, labels, group, thresholds, buckets } = input;
  const [first = 'a', second = 'b', third = 'c'] = names;
  const [failure = 'failed', ...others] = values;
  const boundaries = buckets.map((bound) => bound + 0).sort((one, other) => one - other);
  const catalogue = defineCatalogue({
    events: counter({
      name: first,
      unit: '{event}',
      description,
      attributes: { channel: oneOf(asError(failure), ...others), [key]: text() } as never,
    }),
    duration: histogram({ name: second, unit: 's', description, buckets: boundaries }),
    level: gauge({ name: third, unit: 'By', description }),
  });
  const { events, duration, level } = metricsOf(catalogue) as never as Record<string, never>;
  const p99 = recording('hostile:duration:p99', quantile(0.99, duration as never), { team: labels[0] });
  const [before, after] = summary;
  // Braces around a label are a label, too; others are text.
  const plain = (each: string) => each.replace(/\{[^{}]+\}/g, '');
  const groups: readonly RuleGroup[] = [
    ruleGroup(group, {
      recordings: [p99],
      alerts: [
        alert({
          name: 'HostileEvents',
          when: above(
            rate(events as never, { by: ['channel', key], where: { channel: failure }, over: '5m' } as never),
            thresholds[0],
          ),
          severity: 'page',
          summary: `${plain(before)}{channel}${plain(after)}{value}`,
          description,
          labels: { team: labels[0], owner: labels[1] },
        }),
        alert({
          name: 'HostileRecorded',
          when: above(recorded(p99), thresholds[1]),
          severity: 'ticket',
          summary: `${plain(after)}{value}${plain(before)}`,
          description,
        }),
        alert({
          name: 'HostileLevel',
          when: above(value(level as never), 1),
          severity: 'info',
          summary: 'x',
          description,
        }),
        alert({
          name: 'HostileSeries',
          when: above(series(level as never), 1),
          severity: 'info',
          summary: '{job}',
          description,
        }),
      ],
    }),
    slo({
      name: 'hostile',
      objective: 0.99,
      description: plain(description).trim() === '' ? 'x' : plain(description),
      errors: { metric: events, failed: { channel: failure } },
    } as never).rules,
    ...catalogueRules(catalogue, group),
  ];
  return { catalogue, groups };
}
